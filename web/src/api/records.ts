import { useMutation, useQuery, useQueryClient, type Query } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import type { RecordAnswer, SavedRecord, Values } from './types';

const path = (object: string, id?: string) => `/records/${object}${id === undefined ? '' : `/${id}`}`;

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
  action: 'create' | 'update' | 'delete' | 'restore' | 'purge';
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

export const createRecord = (object: string, values: Values) =>
  request<SavedRecord>('POST', path(object), { body: { values } });

export const updateRecord = (object: string, id: string, values: Values, version?: number) =>
  request<SavedRecord>('PATCH', path(object, id), { body: { values }, version });

export const deleteRecord = (object: string, id: string) => request<undefined>('DELETE', path(object, id));

export const restoreRecord = (object: string, id: string) => request<unknown>('POST', `${path(object, id)}/restore`);

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
    const [, kind, of, which] = query.queryKey;
    return ['record', 'history', 'timeline'].includes(String(kind)) && of === object && which === id;
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

export const undoEntry = (object: string, id: string, entry: string) =>
  request<RecordAnswer>('POST', `${path(object, id)}/history/${entry}/undo`);

export const readTimeline = <T>(object: string, id: string, after?: string | null, signal?: AbortSignal) =>
  request<T>('GET', `${path(object, id)}/timeline`, { query: { after }, signal });
