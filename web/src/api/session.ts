import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { request, setCsrf } from './client';
import { isApiError } from './errors';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { Language, Session, SessionUser } from './types';

export interface Credentials {
  login: string;
  password: string;
  otp?: string;
  /** Where the present one is due: given by an administrator, or expired. */
  new_password?: string;
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

/** The session, or null when nobody is signed in. Asked again when one comes back to the tab: another may have changed it. */
export function useSession() {
  return useQuery({ queryKey: keys.session, queryFn: readSession, staleTime: Infinity, retry: false, refetchOnWindowFocus: 'always' });
}

/** Whose eyes the tab looks with; what was read with others is read again. */
export function useOnePersonAtATime(session: Session | null | undefined): void {
  const client = useQueryClient();
  const who = session ? `${session.user.id} ${session.viewed_by?.id ?? ''}` : undefined;
  const known = useRef(who);
  useEffect(() => {
    if (known.current !== undefined && who !== undefined && known.current !== who) {
      void client.resetQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    }
    known.current = who;
  }, [who, client]);
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

/** See the product as another person does, or (null) be oneself again: all that was read belongs to the other. */
export function useViewAs() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (user: string | null) =>
      user === null ? request<Session>('DELETE', '/view-as') : request<Session>('POST', '/view-as', { body: { user } }),
    onSuccess: (session) => {
      setCsrf(session.csrf);
      client.setQueryData(keys.session, session);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    },
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current: string; new: string }) => request<undefined>('POST', '/password', { body }),
  });
}
