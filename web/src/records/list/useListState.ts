import { useEffect, useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router';
import type { ListView } from '@/api/listViews';
import { boardField, withNames, useModel, type ObjectModel } from '@/api/metadata';
import type { FilterJson, OrderBy, QueryBody } from '@/api/types';
import { DEFAULT_SORT, defaultColumns, textFilter } from './defaults';
import { allOf } from './filterTree';
import { readAddress, writeAddress, type ListAddress } from './listAddress';

/** What the list shows: the view, with what the person changed of it. */
export interface ListState {
  address: ListAddress;
  view: ListView | undefined;
  kind: 'list' | 'kanban';
  filter: FilterJson | null;
  columns: string[];
  sort: OrderBy[];
  /** The person changed something that the view does not say. */
  modified: boolean;
  /** The sort, or the default where there is none. */
  order: OrderBy[];
  /** The question without paging. */
  query: QueryBody;
  /** Filter and quick text together. */
  where: FilterJson | null;
  change: (changes: Partial<ListAddress>, push?: boolean) => void;
}

const remembered = (object: string) => `dougong.view.${object}`;

/** The view to show when the address names none: the last one used, else the first. */
export function initialView(object: string, views: ListView[]): ListView | undefined {
  const last = localStorage.getItem(remembered(object));
  return last === '' ? undefined : (views.find((view) => view.id === last) ?? views[0]);
}

export const rememberView = (object: string, id: string | null): void => {
  localStorage.setItem(remembered(object), id ?? '');
};

/** `view=all` in the address: no view, everything. */
export const ALL = 'all';

export function useListState(object: ObjectModel, views: ListView[]): ListState {
  const model = useModel();
  const [search, setSearch] = useSearchParams();
  // Where the list is going: a change that comes before the last one is drawn must not undo it.
  const latest = useRef(search);
  useEffect(() => {
    latest.current = search;
  }, [search]);
  return useMemo(() => {
    const address = readAddress(search);
    // An address with a filter of its own (a link from the home page) must not inherit somebody's last view.
    const named = address.view ?? (address.filter === undefined ? undefined : ALL);
    const view = named === undefined ? initialView(object.name, views) : views.find((v) => v.id === named);
    const filter = address.filter === undefined ? (view?.filter ?? null) : address.filter;
    const known = (path: string) => model.fieldAt(object.name, path) !== undefined;
    const wanted = (address.columns ?? view?.columns ?? []).filter(known);
    const columns = wanted.length > 0 ? wanted : defaultColumns(object);
    const sort = (address.sort ?? view?.sort ?? []).filter((s) => s.field !== undefined && known(s.field));
    const kind = boardField(object) ? (address.kind ?? view?.kind ?? 'list') : 'list';
    const order = sort.length > 0 ? sort : DEFAULT_SORT;
    const where = allOf(filter, textFilter(object, address.text));
    const query: QueryBody = {
      object: object.name,
      fields: withNames(model, object.name, [...new Set([object.name_field, ...columns])]),
      filter: where,
      order,
      ...(address.deleted ? { deleted: true } : {}),
    };
    const change: ListState['change'] = (changes, push = false) => {
      const now = readAddress(latest.current);
      latest.current = writeAddress({ ...now, view: now.view ?? view?.id ?? null, ...changes });
      setSearch(latest.current, { replace: !push });
    };
    const modified = address.filter !== undefined || address.columns !== undefined || address.sort !== undefined;
    return { address, view, kind, filter, columns, sort, order, modified, query, where, change };
  }, [model, object, search, setSearch, views]);
}
