/** The global search: records of all objects by what is known of them. */
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';

/** From which character to which something sought stands in a text. */
export type Span = [number, number];

/** A record found by the search; one beyond the person's rights has no id and cannot be opened. */
export interface SearchHit {
  object: string;
  id: string | null;
  name: string;
  detail: string;
  closeness: string | null;
  marks: Span[];
  found_in: { field: string; value: string; marks: Span[] } | null;
  foreign: boolean;
}

export interface SearchAnswer {
  hits: SearchHit[];
  groups: { object: string; more: boolean }[];
}

/** Records of all objects, or of one, by what is known of them. */
export const searchQuery = (text: string, limit?: number, object?: string) =>
  queryOptions<SearchAnswer>({
    queryKey: keys.search(text, limit, object),
    queryFn: ({ signal }) => request<SearchAnswer>('GET', '/search', { query: { q: text, limit, object }, signal }),
  });

export const useSearch = (text: string, limit?: number, object?: string) =>
  useQuery({ ...searchQuery(text, limit, object), enabled: text !== '', placeholderData: keepPreviousData });
