import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { request, setCsrf } from './client';
import { isApiError } from './errors';
import { keys } from './keys';
import type { Language, Session, SessionUser } from './types';

export interface Credentials {
  login: string;
  password: string;
  otp?: string;
}

async function readSession(): Promise<Session | null> {
  try {
    const session = await request<Session>('GET', '/session');
    setCsrf(session.csrf);
    return session;
  } catch (error) {
    if (isApiError(error) && error.status === 401) return null;
    throw error;
  }
}

/** The session, or null when nobody is signed in. */
export function useSession() {
  return useQuery({ queryKey: keys.session, queryFn: readSession, staleTime: Infinity, retry: false });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) => request<Session>('POST', '/session', { body: credentials }),
    onSuccess: (session) => {
      setCsrf(session.csrf);
      // What the person before was shown is not for the next.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      client.setQueryData(keys.session, session);
    },
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<undefined>('DELETE', '/session'),
    onSettled: () => {
      setCsrf(null);
      client.setQueryData(keys.session, null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    },
  });
}

/** Changes what the session's user prefers (language, timezone). */
export function useChangePreferences() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: { language?: Language; timezone?: string }) =>
      request<Session>('PATCH', '/session', { body: changes }),
    onSuccess: (answer, changes) => {
      client.setQueryData<Session | null>(keys.session, (old) => {
        if (!old) return old;
        const user: SessionUser = { ...old.user, ...changes };
        return { ...old, ...answer, csrf: answer.csrf, user: { ...user, ...answer.user } };
      });
    },
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current: string; new: string }) => request<undefined>('POST', '/password', { body }),
  });
}
