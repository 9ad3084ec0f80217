import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import type { Action } from './types';

export type AskedAction = Extract<Action, 'read' | 'update' | 'delete'>;

/** What one gate or grant decided, in words. */
export interface Reason {
  code: string;
  passed: boolean;
  text: string;
}

export interface Access {
  allowed: boolean;
  reasons: Reason[];
}

export interface PermittedPerson {
  id: string;
  name: string;
  department: string;
  reason: Reason;
}

export interface Permitted {
  people: PermittedPerson[];
  /** Those beyond the list too. */
  total: number;
}

/** Why `user` may or may not do `action` to the record. About others only an administrator may ask. */
export function useAccess(object: string, id: string, action: AskedAction, user: string) {
  return useQuery({
    queryKey: keys.access(object, id, action, user),
    queryFn: ({ signal }) => request<Access>('GET', `/records/${object}/${id}/access`, { query: { action, user }, signal }),
    retry: false,
  });
}

/** Everybody who may do `action` to the record, each with what lets them. For those who may share it. */
export function usePermitted(object: string, id: string, action: AskedAction) {
  return useQuery({
    queryKey: keys.permitted(object, id, action),
    queryFn: ({ signal }) => request<Permitted>('GET', `/records/${object}/${id}/permitted`, { query: { action }, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}
