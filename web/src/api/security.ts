import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';

export interface SecondFactor {
  /** Null: it is off. */
  since: string | null;
  recovery_codes: number;
}

export interface Enrolment {
  secret: string;
  uri: string;
}

export interface OpenSession {
  id: string;
  browser: string | null;
  system: string | null;
  mobile: boolean;
  ip: string;
  created_at: string;
  last_seen_at: string;
  current: boolean;
}

export function useSecondFactor() {
  return useQuery({
    queryKey: keys.secondFactor,
    queryFn: ({ signal }) => request<SecondFactor>('GET', '/second-factor', { signal }),
  });
}

export function useBeginSecondFactor() {
  return useMutation({
    mutationFn: (password: string) => request<Enrolment>('POST', '/second-factor', { body: { password } }),
  });
}

export function useConfirmSecondFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (code: string) =>
      request<{ recovery_codes: string[] }>('POST', '/second-factor/confirm', { body: { code } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.secondFactor }),
  });
}

export function useEndSecondFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { password: string; code: string }) => request<undefined>('POST', '/second-factor/off', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.secondFactor }),
  });
}

export function useSessions() {
  return useQuery({
    queryKey: keys.sessions,
    queryFn: ({ signal }) => request<{ sessions: OpenSession[] }>('GET', '/sessions', { signal }).then((a) => a.sessions),
  });
}

/** Ends one of the person's sessions; without an id all but this one. */
export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id?: string) => request<undefined>('DELETE', id ? `/sessions/${id}` : '/sessions'),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
}
