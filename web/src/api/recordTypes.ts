import { useQuery } from '@tanstack/react-query';
import type { BatchBody } from './batch';
import { keys } from './keys';
import { runQuery } from './query';
import type { Row } from './types';

export interface TypePermission extends Row {
  profile_id: string;
  record_type: string;
  may_create: boolean | null;
  preselected: boolean | null;
}

const OBJECT = 'record_type_permission';
const MOST = 500;

/** What all profiles say of the types of one object. */
export function useTypePermissions(object: string) {
  return useQuery({
    queryKey: keys.settings(OBJECT, object),
    queryFn: ({ signal }) =>
      runQuery<TypePermission>({ object: OBJECT, fields: ['id', 'version', 'profile_id', 'record_type', 'may_create', 'preselected'], filter: { field: 'object_name', op: '=', value: object }, limit: MOST }, signal).then(({ rows }) => rows),
  });
}

/** By profile what is said of one type; a profile that is not there lets create it and preselects another. */
export interface Said {
  may_create: boolean;
  preselected: boolean;
}

export const USUAL: Said = { may_create: true, preselected: false };

export const saidOf = (stored: TypePermission[], type: string, profile: string): Said => {
  const found = stored.find((one) => one.record_type === type && one.profile_id === profile);
  return found ? { may_create: found.may_create !== false, preselected: found.preselected === true } : USUAL;
};

const usual = (said: Said): boolean => said.may_create && !said.preselected;

/** What must be written so that the profiles say this of a type. Of the types of a profile one is preselected at most. */
export function permissionBatches(stored: TypePermission[], object: string, type: string, wanted: ReadonlyMap<string, Said>): BatchBody[] {
  const created: { values: Record<string, unknown> }[] = [];
  const updated: { id: string; version: number; values: Record<string, unknown> }[] = [];
  const deleted: string[] = [];
  for (const [profile, said] of wanted) {
    const found = stored.find((one) => one.record_type === type && one.profile_id === profile);
    if (found && usual(said)) deleted.push(found.id);
    else if (found && JSON.stringify(saidOf(stored, type, profile)) !== JSON.stringify(said)) updated.push({ id: found.id, version: found.version, values: { ...said } });
    else if (!found && !usual(said)) created.push({ values: { profile_id: profile, object_name: object, record_type: type, ...said } });
    if (!said.preselected) continue;
    for (const other of stored.filter((one) => one.profile_id === profile && one.record_type !== type && one.preselected)) {
      if (other.may_create === false) updated.push({ id: other.id, version: other.version, values: { preselected: false } });
      else deleted.push(other.id);
    }
  }
  return [
    ...(deleted.length > 0 ? [{ object: OBJECT, action: 'delete' as const, ids: deleted }] : []),
    ...(updated.length > 0 ? [{ object: OBJECT, action: 'update' as const, rows: updated }] : []),
    ...(created.length > 0 ? [{ object: OBJECT, action: 'create' as const, rows: created }] : []),
  ];
}
