import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { runQuery } from './query';
import type { Hit } from './types';

/** A record as the box that looks for it lists it. */
export interface LookupRow {
  id: string;
  name: string | null;
  detail?: string | null;
  /** Of a record that the field does not propose: what marks it. */
  beyond?: string | null;
}

/** The field that is filled in, what its record has so far, and whether others than it proposes are wanted. */
export interface Proposal {
  field: string;
  given: Record<string, unknown>;
  all: boolean;
}

interface Candidates {
  rows: LookupRow[];
  /** Only what the field proposes is among them. */
  narrowed: boolean;
}

/** What marks the record that a form holds in a lookup as one that the field does not propose; null where it does. */
export function useStranger(object: string, id: string | undefined, proposal: Omit<Proposal, 'all'> | undefined) {
  return useQuery<string | null>({
    queryKey: keys.lookup(object, '', { ...proposal, id }),
    queryFn: ({ signal }) =>
      request<Candidates>('GET', `/lookup/${object}`, { query: { ...proposal, given: JSON.stringify(proposal?.given), id }, signal }).then(({ rows }) => rows[0]?.beyond ?? null),
    enabled: object !== '' && id !== undefined && proposal !== undefined,
  });
}

/** Candidates for a lookup field, by a part of their name. */
export function useLookup(object: string, text: string, enabled: boolean, proposal?: Proposal) {
  return useQuery<Candidates>({
    queryKey: keys.lookup(object, text, proposal),
    queryFn: ({ signal }) =>
      request<Candidates>('GET', `/lookup/${object}`, { query: { q: text, limit: 20, ...(proposal ? { ...proposal, given: JSON.stringify(proposal.given) } : {}) }, signal }),
    enabled: enabled && object !== '',
    placeholderData: keepPreviousData,
  });
}

export function useRecent() {
  return useQuery<Hit[]>({
    queryKey: keys.recent,
    queryFn: ({ signal }) =>
      request<{ rows: Hit[] }>('GET', '/recent', { signal }).then((answer) => answer.rows),
  });
}

/** The names of records of one object by their ids; those that the reader may not see are missing. */
export function useNames(object: string, ids: string[]) {
  const sorted = [...new Set(ids)].sort();
  return useQuery<Record<string, string>>({
    queryKey: keys.names(object, sorted),
    queryFn: ({ signal }) =>
      runQuery({ object, fields: ['name'], filter: { field: 'id', op: 'in', value: sorted }, limit: Math.max(sorted.length, 1) }, signal).then((answer) =>
        Object.fromEntries(answer.rows.map((row) => [row.id, String(row.name ?? '')])),
      ),
    enabled: object !== '' && sorted.length > 0,
    staleTime: 60_000,
  });
}
