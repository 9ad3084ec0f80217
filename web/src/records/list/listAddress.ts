/** The state of a list lives in its address, so that it can be shared, bookmarked and gone back to. */
import { isKind, type Display, type ViewKind } from '@/api/displays';
import type { FilterJson, OrderBy } from '@/api/types';

export interface ListAddress {
  view: string | null;
  kind: ViewKind | null;
  /** undefined: as the view says. */
  display: Display | undefined;
  /** undefined: as the view says; null: none. */
  filter: FilterJson | null | undefined;
  columns: string[] | undefined;
  sort: OrderBy[] | undefined;
  text: string;
  deleted: boolean;
  size: number;
}

export const PAGE_SIZES = [25, 50, 100, 200];
export const DEFAULT_SIZE = 50;

export const sortToText = (sort: OrderBy[]): string => sort.map((s) => (s.descending ? '-' : '') + (s.field ?? '')).join(',');

export const sortFromText = (text: string): OrderBy[] =>
  text
    .split(',')
    .filter((part) => /^-?\w/.test(part))
    .map((part) => (part.startsWith('-') ? { field: part.slice(1), descending: true } : { field: part }));

function readFilter(text: string | null): FilterJson | null | undefined {
  if (text === null) return undefined;
  if (text === '') return null;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' ? (parsed as FilterJson | null) : undefined;
  } catch {
    return undefined;
  }
}

function readDisplay(text: string | null): Display | undefined {
  if (!text) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export function readAddress(search: URLSearchParams): ListAddress {
  const kind = search.get('kind');
  const size = Number(search.get('size'));
  const columns = search.get('columns');
  const sort = search.get('sort');
  return {
    view: search.get('view'),
    kind: isKind(kind) ? kind : null,
    display: readDisplay(search.get('by')),
    filter: readFilter(search.get('filter')),
    columns: columns ? columns.split(',').filter(Boolean) : undefined,
    sort: sort === null ? undefined : sortFromText(sort),
    text: search.get('q') ?? '',
    deleted: search.get('deleted') === '1',
    size: PAGE_SIZES.includes(size) ? size : DEFAULT_SIZE,
  };
}

export function writeAddress(address: ListAddress): URLSearchParams {
  const search = new URLSearchParams();
  if (address.view) search.set('view', address.view);
  if (address.kind) search.set('kind', address.kind);
  if (address.display) search.set('by', JSON.stringify(address.display));
  if (address.filter !== undefined) search.set('filter', address.filter === null ? '' : JSON.stringify(address.filter));
  if (address.columns) search.set('columns', address.columns.join(','));
  if (address.sort) search.set('sort', sortToText(address.sort));
  if (address.text) search.set('q', address.text);
  if (address.deleted) search.set('deleted', '1');
  if (address.size !== DEFAULT_SIZE) search.set('size', String(address.size));
  return search;
}

/** The address of an object's list with a filter of its own, for links from elsewhere. */
export const listLink = (object: string, filter: FilterJson | null, kind?: ViewKind): string =>
  `/o/${object}?${writeAddress({ view: null, kind: kind ?? null, display: undefined, filter, columns: undefined, sort: undefined, text: '', deleted: false, size: DEFAULT_SIZE }).toString()}`;
