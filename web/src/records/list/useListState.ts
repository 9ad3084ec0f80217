import { useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { RECORD_TYPE } from '@/api/arrangement';
import { displayOf, kindsOf, type Display, type ViewKind } from '@/api/displays';
import { NO_HABITS, useHabits, useKeepHabits } from '@/api/habits';
import type { ListView } from '@/api/listViews';
import { withNames, useModel, type ObjectModel } from '@/api/metadata';
import type { FilterJson, OrderBy, QueryBody } from '@/api/types';
import { DEFAULT_SORT, defaultColumns, textFilter } from './defaults';
import { withDependence } from '@/fields';
import { allOf } from './filterTree';
import { readAddress, writeAddress, type ListAddress } from './listAddress';

/** `view=all` in the address: no view, everything. */
export const ALL = 'all';

/** Changes come in quick succession; the last one is kept. */
const KEEP_AFTER = 800;

/** What the list shows: the view, with what the person changed of it. */
export interface ListState {
  address: ListAddress;
  view: ListView | undefined;
  kind: ViewKind;
  /** The fields that the board, calendar or map goes by. */
  display: Display;
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

/**
 * How a list opens that nobody gave an address: as it was left; with the default view where that is another, and with
 * neither as the first view says. A view that is gone is passed over.
 */
export function opening(left: string | undefined, chosen: string | undefined, views: ListView[]): URLSearchParams {
  const known = (view: string | null | undefined) => view === ALL || views.some((one) => one.id === view);
  const before = new URLSearchParams(left ?? '');
  if (known(before.get('view')) && (!known(chosen) || before.get('view') === chosen)) return before;
  return new URLSearchParams({ view: known(chosen) ? (chosen ?? ALL) : (views[0]?.id ?? ALL) });
}

/** What of a list's address is worth coming back to: not what was typed to find one record, nor the recycle bin. */
const leaving = (search: URLSearchParams): string => writeAddress({ ...readAddress(search), text: '', deleted: false }).toString();


export function useListState(object: ObjectModel, views: ListView[]): ListState {
  const model = useModel();
  const habits = useHabits().data ?? NO_HABITS;
  const keep = useKeepHabits();
  const [given, setSearch] = useSearchParams();
  const left = habits.lists[object.name];
  const chosen = habits.default_views[object.name];
  // Only the way in depends on what was kept: a list that is open is where its address says.
  const [entered] = useState({ left, chosen });
  const search = useMemo(() => (given.size === 0 ? opening(entered.left, entered.chosen, views) : given), [given, entered, views]);
  // Where the list is going: a change that comes before the last one is drawn must not undo it.
  const latest = useRef(search);
  const later = useRef<ReturnType<typeof setTimeout>>(undefined);
  const unkept = useRef<() => void>(undefined);
  useEffect(() => {
    // Who leaves at once takes the last change along.
    const leave = () => { clearTimeout(later.current); unkept.current?.(); };
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, []);
  useEffect(() => {
    latest.current = search;
  }, [search]);
  return useMemo(() => {
    const address = readAddress(search);
    // An address with a filter of its own (a link from the home page) must not inherit somebody's last view.
    const named = address.view ?? (address.filter === undefined ? undefined : ALL);
    const view = views.find((v) => v.id === (named ?? opening(undefined, entered.chosen, views).get('view')));
    const filter = address.filter === undefined ? (view?.filter ?? null) : address.filter;
    const known = (path: string) => model.fieldAt(object.name, path) !== undefined;
    const wanted = (address.columns ?? view?.columns ?? []).filter(known);
    const columns = wanted.length > 0 ? wanted : defaultColumns(object);
    const sort = (address.sort ?? view?.sort ?? []).filter((s) => s.field !== undefined && known(s.field));
    const wantedKind = address.kind ?? view?.kind ?? 'list';
    const kind = kindsOf(object).includes(wantedKind) ? wantedKind : 'list';
    const display = displayOf(object, address.display ?? view?.display);
    const order = sort.length > 0 ? sort : DEFAULT_SORT;
    const where = allOf(filter, textFilter(object, address.text));
    const query: QueryBody = {
      object: object.name,
      // What a row lets one choose depends on its type, too.
      fields: withNames(model, object.name, withDependence(object, [...new Set([object.name_field, ...columns, ...(object.field(RECORD_TYPE) ? [RECORD_TYPE] : [])])])),
      filter: where,
      order,
      ...(address.deleted ? { deleted: true } : {}),
    };
    const change: ListState['change'] = (changes, push = false) => {
      const now = readAddress(latest.current);
      latest.current = writeAddress({ ...now, view: now.view ?? view?.id ?? null, ...changes });
      setSearch(latest.current, { replace: !push });
      const kept = leaving(latest.current);
      unkept.current = () => {
        unkept.current = undefined;
        keep.list(object.name, kept || null).catch(() => undefined);
      };
      clearTimeout(later.current);
      if (changes.view !== undefined) unkept.current();
      else later.current = setTimeout(() => unkept.current?.(), KEEP_AFTER);
    };
    const modified = address.filter !== undefined || address.columns !== undefined || address.sort !== undefined || address.display !== undefined;
    return { address, view, kind, display, filter, columns, sort, order, modified, query, where, change };
  }, [model, object, search, setSearch, views, keep, entered]);
}
