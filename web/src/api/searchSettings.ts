/** 全文检索设定: the records that say how people search, and how far the index is. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import { useRecords } from './query';
import { useCreateRecord, useUpdateRecord } from './records';
import type { Row, Values } from './types';

const SETTING = 'search_setting';
const SETTINGS_MAX = 500;
const POLL_MS = 1000;

export interface SearchSetting extends Row {
  object_name: string;
  profile_id: string | null;
  active: boolean;
  order_number: number | null;
  searched: string | null;
  shown: string | null;
  scope: 'own' | 'all';
  foreign_fields: string | null;
}

export interface IndexState {
  object: string;
  current: boolean;
  done: number;
  total: number | null;
  /** How many records are found now. */
  entries: number;
  finished_at: string | null;
}

export const useSearchSettings = () =>
  useRecords<SearchSetting>({
    object: SETTING,
    fields: ['object_name', 'profile_id', 'active', 'order_number', 'searched', 'shown', 'scope', 'foreign_fields'],
    order: [{ field: 'id' }],
    limit: SETTINGS_MAX,
  });

/** Changes the setting of an object, for everybody or for a profile; makes it where there is none. */
export function useSaveSetting(settings: SearchSetting[], profile: { id: string; key: string } | undefined) {
  const create = useCreateRecord(SETTING);
  const update = useUpdateRecord(SETTING);
  const save = (object: string, values: Values) => {
    const found = settings.find((one) => one.object_name === object && one.profile_id === (profile?.id ?? null));
    if (found) return update.mutateAsync({ id: found.id, values });
    const key = profile ? `${object}.${profile.key}` : object;
    return create.mutateAsync({ key, object_name: object, profile_id: profile?.id ?? null, ...values });
  };
  return { save, saving: create.isPending || update.isPending };
}

/** How far the index of each object is; asked for again and again while one is being made. */
export function useSearchIndex() {
  return useQuery({
    queryKey: keys.searchIndex,
    queryFn: ({ signal }) => request<{ objects: IndexState[] }>('GET', '/search/index', { signal }).then(({ objects }) => objects),
    refetchInterval: (query) => (query.state.data?.some((one) => !one.current) ? POLL_MS : false),
  });
}

export function useRebuildIndex() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (object: string | undefined) => request('POST', '/search/index/rebuild', { body: object ? { object } : {} }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.searchIndex }),
  });
}

/** A list of names as settings keep it. */
export function namesIn(text: string | null): string[] {
  try {
    const found: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(found) ? found.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

export const namesOut = (names: string[]): string | null => (names.length > 0 ? JSON.stringify(names) : null);
