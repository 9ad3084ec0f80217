import { request } from './client';
import { useMutation } from './mutation';
import { useDataChanged } from './records';
import type { Language, Values } from './types';

/** What the link of an invitation carries, and until when it holds. It is told once. */
export interface Invitation {
  user_id: string;
  token: string;
  expires_at: string;
}

export interface NewPerson {
  values: Values;
  roles: string[];
  profiles: string[];
}

export interface Invited {
  name: string;
  login: string;
  language: Language;
}

/** A new user with roles and profiles, and the link by which they get in. */
export function useInvite() {
  const changed = useDataChanged();
  return useMutation({ mutationFn: (body: NewPerson) => request<Invitation>('POST', '/invitations', { body }), onSuccess: changed });
}

/** A new link for somebody who is not in yet or has forgotten the password. */
export const useInviteAgain = () =>
  useMutation({ mutationFn: (user: string) => request<Invitation>('POST', `/users/${user}/invitation`) });

export const readInvitation = (token: string) => request<Invited>('POST', '/invitation', { body: { token } });

export const acceptInvitation = (token: string, password: string) =>
  request<Invited>('POST', '/invitation/accept', { body: { token, password } });

/** The address that an invited person opens. The token stands behind `#`, which no server is sent and none writes down. */
export const invitationLink = (token: string): string => `${window.location.origin}/invite#${token}`;
