import { useQuery, useQueryClient, type Query } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { RecordAnswer, SavedRecord, Values } from './types';

const path = (object: string, id?: string) => `/records/${object}${id === undefined ? '' : `/${id}`}`;

/** What a new record would be given beside the values that a form has so far. */
export const newDefaults = (object: string, values: Values, signal?: AbortSignal): Promise<{ values: Values }> =>
  request<{ values: Values }>('POST', `/objects/${object}/defaults`, { body: { values }, signal });

export interface HistoryChange {
  field: string;
  old: unknown;
  new: unknown;
  old_text: string | null;
  new_text: string | null;
}

export interface HistoryEntry {
  id: string;
  at: string;
  actor: { id: string; name: string } | null;
  via: string;
  action: 'create' | 'update' | 'delete' | 'restore' | 'lock' | 'unlock' | 'purge';
  reason: string | null;
  changes: HistoryChange[];
}

export function useRecord(object: string, id: string | undefined) {
  return useQuery({
    queryKey: keys.record(object, id ?? ''),
    queryFn: ({ signal }) => request<RecordAnswer>('GET', path(object, id), { signal }),
    enabled: id !== undefined,
    retry: false,
  });
}

/** After any write: all that was read from records is read again. */
export function useDataChanged(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keys.data });
}

/** `accepted`: the possible duplicates that the person was shown, and goes on in spite of. */
export const createRecord = (object: string, values: Values, accepted: string[] = []) =>
  request<SavedRecord>('POST', path(object), { body: accepted.length > 0 ? { values, accept_duplicates: accepted } : { values } });

export const updateRecord = (object: string, id: string, values: Values, version?: number, accepted: string[] = []) =>
  request<SavedRecord>('PATCH', path(object, id), { body: accepted.length > 0 ? { values, accept_duplicates: accepted } : { values }, version });

export const deleteRecord = (object: string, id: string) => request<undefined>('DELETE', path(object, id));

export const restoreRecord = (object: string, id: string) => request<unknown>('POST', `${path(object, id)}/restore`);

/** Locks the record, or takes its lock off. */
export function useLockRecord(object: string) {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: ({ id, locked }: { id: string; locked: boolean }) =>
      request<RecordAnswer>('POST', `${path(object, id)}/${locked ? 'lock' : 'unlock'}`),
    onSuccess: changed,
  });
}

export function useCreateRecord(object: string) {
  const changed = useDataChanged();
  return useMutation({ mutationFn: (values: Values) => createRecord(object, values), onSuccess: changed });
}

export interface Change {
  id: string;
  values: Values;
  version?: number;
}

export function useUpdateRecord(object: string) {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: ({ id, values, version }: Change) => updateRecord(object, id, values, version),
    onSuccess: changed,
  });
}

export function useDeleteRecord(object: string) {
  const client = useQueryClient();
  const shownOn = (id: string) => (query: Query) => {
    const [, , of, which] = query.queryKey;
    return of === object && (which === id || (Array.isArray(which) && which.includes(id)));
  };
  return useMutation({
    mutationFn: (id: string) => deleteRecord(object, id),
    onSuccess: async (_, id) => {
      const its = shownOn(id);
      // The record's page is about to be left: to read it now would only say that it is gone.
      await client.invalidateQueries({ queryKey: keys.data, predicate: its, refetchType: 'none' });
      await client.invalidateQueries({ queryKey: keys.data, predicate: (query) => !its(query) });
    },
  });
}

export function useRestoreRecord(object: string) {
  const changed = useDataChanged();
  return useMutation({ mutationFn: (id: string) => restoreRecord(object, id), onSuccess: changed });
}

/** Changes of one record, newest first; `after` of the previous page's `next`. */
export const readHistory = (object: string, id: string, after?: string | null, signal?: AbortSignal) =>
  request<{ entries: HistoryEntry[]; next: string | null }>('GET', `${path(object, id)}/history`, { query: { after }, signal });

/** What a module offers for the record; what it answers is its own. */
export const doAction = <T>(object: string, id: string, action: string, params: Values = {}): Promise<T> =>
  request<T>('POST', `${path(object, id)}/actions/${action}`, { body: { params } });

/** The same for many records: all of them or, with one that is refused, none. */
export const doBulkAction = <T>(object: string, ids: string[], action: string, params: Values = {}): Promise<T> =>
  request<T>('POST', `${path(object)}/actions/${action}`, { body: { ids, params } });

/** To one record as to one, to several as to many. */
export const doActionTo = <T>(object: string, ids: string[], action: string, params: Values = {}): Promise<T> =>
  ids.length === 1 && ids[0] !== undefined ? doAction<T>(object, ids[0], action, params) : doBulkAction<T>(object, ids, action, params);

export const undoEntry = (object: string, id: string, entry: string) =>
  request<RecordAnswer>('POST', `${path(object, id)}/history/${entry}/undo`);

export const readTimeline = <T>(object: string, id: string, after?: string | null, signal?: AbortSignal) =>
  request<T>('GET', `${path(object, id)}/timeline`, { query: { after }, signal });

/** By the name of each button of the object: to how many of the records it is offered. */
export function useOfferedButtons(object: string, ids: string[], enabled: boolean) {
  return useQuery({
    queryKey: keys.buttons(object, ids),
    queryFn: ({ signal }) => request<{ buttons: Record<string, number> }>('POST', `/records/${object}/buttons`, { body: { ids }, signal }).then((answer) => answer.buttons),
    enabled: enabled && ids.length > 0,
  });
}
