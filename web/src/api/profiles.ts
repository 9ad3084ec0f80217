import { useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import { runQuery } from './query';
import { useDataChanged } from './records';
import type { FieldAccess } from './simulation';
import type { Action, QueryBody, RecordAnswer, Row } from './types';

export interface Profile extends Row {
  name: string;
  name_en: string | null;
  key: string;
  description: string | null;
  description_en: string | null;
  administers: boolean;
  preset: boolean;
}

export interface ObjectPermission extends Row {
  object_name: string;
  actions: Action[] | null;
  off_menu: boolean | null;
}

export interface FieldPermission extends Row {
  object_name: string;
  field_name: string;
  level: FieldAccess;
}

export interface Permissions {
  objects: ObjectPermission[];
  fields: FieldPermission[];
}

/** Rows of one answer; the server's bound. */
const PAGE = 500;

/** All rows that a query has, page after page. */
async function readAll<R>(body: QueryBody, signal: AbortSignal): Promise<R[]> {
  const rows: R[] = [];
  let after: string | null = null;
  do {
    const page: { rows: R[]; next: string | null } = await runQuery<R>({ ...body, limit: PAGE, after }, signal);
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}

export function useProfiles() {
  return useQuery({
    queryKey: keys.profiles,
    queryFn: ({ signal }) =>
      readAll<Profile>({ object: 'profile', fields: ['id', 'name', 'name_en', 'key', 'description', 'description_en', 'administers', 'preset'], order: [{ field: 'id' }] }, signal),
  });
}

/** How many people have each profile, by its id. */
export function useHolders() {
  return useQuery({
    queryKey: keys.profileHolders,
    queryFn: async ({ signal }) => {
      const answer = await runQuery<{ profile_id: string; people: number }>(
        { object: 'user_profile', fields: ['profile_id', { function: 'count_distinct', field: 'user_id', name: 'people' }], group: ['profile_id'], limit: PAGE },
        signal,
      );
      return new Map(answer.rows.map((row) => [row.profile_id, row.people]));
    },
  });
}

/** Everything that one profile allows, as it is stored. */
export function usePermissions(profile: string) {
  return useQuery({
    queryKey: keys.permissions(profile),
    queryFn: async ({ signal }): Promise<Permissions> => {
      const filter = { field: 'profile_id', op: '=' as const, value: profile };
      const [objects, fields] = await Promise.all([
        readAll<ObjectPermission>({ object: 'object_permission', fields: ['id', 'version', 'object_name', 'actions', 'off_menu'], filter }, signal),
        readAll<FieldPermission>({ object: 'field_permission', fields: ['id', 'version', 'object_name', 'field_name', 'level'], filter }, signal),
      ]);
      return { objects, fields };
    },
  });
}

/** A new profile with all rights of another. */
export function useCopyProfile() {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: ({ id, name, key }: { id: string; name: string; key: string }) =>
      request<RecordAnswer>('POST', `/records/profile/${id}/copy`, { body: { values: { name, key } } }),
    onSuccess: changed,
  });
}
