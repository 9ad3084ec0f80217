import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { request, subscribe } from './client';
import { keys } from './keys';
import { runQuery } from './query';
import type { FilterJson, OrderBy, Row } from './types';

export interface Dimension extends Row {
  key: string;
  name: string;
  name_en: string | null;
  active: boolean | null;
}

/** A node of a tree: a value of a dimension, or a department. */
export interface TreeNode extends Row {
  name: string;
  parent_id: string | null;
  active: boolean | null;
  order_number: number | null;
}

export interface Switched extends Row {
  dimension_id: string;
  object_name: string;
  state: 'preparing' | 'active';
}

export interface Combination extends Row {
  object_name: string;
  combination: 'all' | 'any';
}

export type Scope = 'own' | 'department' | 'department_and_below' | 'chosen' | 'all';

export interface Role extends Row {
  key: string;
  name: string;
  name_en: string | null;
  read_scope: Scope;
  edit_scope: Scope;
  contact_scope: Scope | null;
}

export interface RoleScope extends Row {
  role_id: string;
  dimension_id: string;
  read_scope: Scope;
  edit_scope: Scope;
}

export interface RoleNode extends Row {
  role_id: string;
  node_id: { object: 'department' | 'dimension_node'; id: string };
  with_below: boolean | null;
  purpose: 'data' | 'contact';
}

/** The job that fills in the values of records after a dimension was switched on. */
export interface Filling {
  id: string;
  object: string;
  dimension_id: string;
  switch_id: string;
  state: string;
  progress: number;
  total: number | null;
  error: { detail: string } | null;
}

export interface Preview {
  people: { id: string; name: string; sees: number; loses: number }[];
  total: number;
  records: number;
  filled: number;
  blank: number;
  roles: string[];
}

const PAGE = 500;

/** All records of an object, page after page: settings are few. */
async function all<R>(object: string, fields: string[], order: OrderBy[], filter?: FilterJson, signal?: AbortSignal): Promise<R[]> {
  const rows: R[] = [];
  let after: string | null = null;
  do {
    const answer: { rows: R[]; next: string | null } = await runQuery<R>({ object, fields, order, filter, limit: PAGE, after }, signal);
    rows.push(...answer.rows);
    after = answer.next;
  } while (after !== null);
  return rows;
}

const BY_ORDER: OrderBy[] = [{ field: 'order_number' }];

function useAll<R>(object: string, fields: string[], order: OrderBy[] = [], filter?: FilterJson, enabled = true) {
  return useQuery({
    queryKey: keys.settings(object, filter ?? null),
    queryFn: ({ signal }) => all<R>(object, fields, order, filter, signal),
    enabled,
  });
}

export const useDimensions = () => useAll<Dimension>('dimension', ['key', 'name', 'name_en', 'active'], BY_ORDER);

const NODE_FIELDS = ['name', 'parent_id', 'active', 'order_number'];

/** The values of a dimension, by its key. */
export const useDimensionNodes = (key: string, enabled = true) =>
  useAll<TreeNode>('dimension_node', NODE_FIELDS, BY_ORDER, { field: 'dimension.key', op: '=', value: key }, enabled);

export const useDepartments = (enabled = true) => useAll<TreeNode>('department', NODE_FIELDS, BY_ORDER, undefined, enabled);

export const useSwitched = () => useAll<Switched>('dimension_object', ['dimension_id', 'object_name', 'state']);

export const useCombinations = () => useAll<Combination>('dimension_combination', ['object_name', 'combination']);

export const useRoles = () => useAll<Role>('role', ['key', 'name', 'name_en', 'read_scope', 'edit_scope', 'contact_scope']);

export const useRoleScopes = () => useAll<RoleScope>('role_scope', ['role_id', 'dimension_id', 'read_scope', 'edit_scope']);

export const useRoleNodes = () => useAll<RoleNode>('role_node', ['role_id', 'node_id', 'with_below', 'purpose']);

export const previewDimension = (dimension: string, object: string) =>
  request<Preview>('POST', '/dimensions/preview', { body: { dimension_id: dimension, object } });

const isActive = (filling: Filling): boolean => filling.state === 'waiting' || filling.state === 'running';

/** The latest job for each object that a dimension controls, followed by the server's events while it is under way. */
export function useFillings() {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: keys.fillings,
    queryFn: ({ signal }) => request<{ fillings: Filling[] }>('GET', '/dimensions/fillings', { signal }).then((a) => a.fillings),
  });
  const active = (query.data ?? []).filter(isActive).map((f) => f.id).join(',');
  const ended = (query.data ?? []).filter((f) => !isActive(f)).map((f) => f.id).join(',');
  useEffect(() => {
    const stops = active.split(',').filter(Boolean).map((id) =>
      subscribe<Filling>(
        `/dimensions/fillings/${id}/events`,
        (state) => {
          client.setQueryData<Filling[]>(keys.fillings, (all) => all?.map((one) => (one.id === id ? state : one)));
        },
        () => void client.invalidateQueries({ queryKey: keys.fillings }),
      ));
    return () => { stops.forEach((stop) => { stop(); }); };
  }, [active, client]);
  // What an ended job put in force may have been read before, even where it was never seen under way.
  useEffect(() => {
    if (ended) void client.invalidateQueries({ queryKey: keys.data });
  }, [ended, client]);
  return query;
}
