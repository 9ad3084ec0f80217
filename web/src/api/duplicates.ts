/** Duplicates and merging: what a record may be the same as, the workbench, and records that become one. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import { useDataChanged } from './records';
import type { Label, Row, Values } from './types';

/** A duplicate as its reader may see it: `name` is null where they may not, then `masked` is all they learn of it. */
export interface Hit {
  object: string;
  id: string;
  name: string | null;
  masked: string;
  owner_id: string | null;
  owner_name: string | null;
  rule: string;
  action: 'block' | 'warn' | 'mark';
  score: number;
  deleted: boolean;
  shown: Values;
  /** Actions by which one may take it straight away, where nobody has it. */
  takes: Taking[];
}

/** An action by which one has the record from then on. */
export interface Taking {
  name: string;
  label: Label;
}

export interface Group {
  score: number;
  rules: string[];
  records: Hit[];
}

export interface Scan {
  id: string;
  object: string;
  state: string;
  progress: number;
  total: number | null;
  pairs: number;
  error: { detail: string } | null;
  finished_at: string | null;
}

export interface Bench {
  groups: Group[];
  pairs: number;
  may_merge: boolean;
  scan: Scan | null;
}

export interface ConditionDraft {
  group_number: number;
  field_name: string;
  match: 'exact' | 'fuzzy' | 'company' | 'phone' | 'code';
  compared_object: string;
  compared_field: string;
  threshold?: number;
}

export interface ComparedField {
  name: string;
  differs: boolean;
  choosable: boolean;
  proposed: string | null;
}

export interface Comparison {
  winner: string;
  records: { id: string; record: Row; may_merge: boolean; uses: { object: string; field: string; number: number; capped: boolean }[] }[];
  fields: ComparedField[];
}

export interface PastMerge {
  id: string;
  object: string;
  winner: string;
  losers: string[];
  at: string;
  actor_id: string | null;
  undone_at: string | null;
}

const hits = (answer: { hits: Hit[] }) => answer.hits;

/** What a record that is being written may be the same as; the last answer stays while the next is on its way. */
export function useDuplicates(object: string, values: Values, id: string | undefined, enabled: boolean) {
  const asked = { object, values, ...(id === undefined ? {} : { id }) };
  return useQuery<Hit[]>({
    queryKey: keys.duplicates(asked),
    queryFn: ({ signal }) => request<{ hits: Hit[] }>('POST', '/duplicates/check', { body: asked, signal }).then(hits),
    enabled,
    retry: false,
    placeholderData: keepPreviousData,
  });
}

export function useTwins(object: string, id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.twins(object, id),
    queryFn: ({ signal }) => request<{ hits: Hit[] }>('GET', `/duplicates/of/${object}/${id}`, { signal }).then(hits),
    enabled,
  });
}

export const askOwner = (body: { object: string; values: Values; id?: string; hit: string; note: string }) =>
  request<undefined>('POST', '/duplicates/ask', { body });

/** Somebody who came upon a record that they may not see. */
export interface Question {
  user_id: string;
  name: string;
  at: string;
  note: string;
}

/** Who waits for an answer about a record; `shareable`: it can be shared with one person. */
export function useQuestions(object: string, id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.questions(object, id),
    queryFn: ({ signal }) => request<{ shareable: boolean; questions: Question[] }>('GET', `/duplicates/questions/${object}/${id}`, { signal }),
    enabled,
  });
}

export function useAnswer(object: string, id: string) {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: (body: { user_id: string; share: boolean }) => request<undefined>('POST', `/duplicates/questions/${object}/${id}`, { body }),
    onSuccess: () => { void changed(); },
  });
}

export function useBench(object: string, rule?: string) {
  return useQuery({
    queryKey: keys.duplicates({ bench: object, rule }),
    queryFn: ({ signal }) => request<Bench>('GET', '/duplicates/groups', { query: { object, rule }, signal }),
    refetchInterval: (query) => (['waiting', 'running'].includes(query.state.data?.scan?.state ?? '') ? 2000 : false),
  });
}

export function useTellApart() {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: (records: { object: string; id: string }[]) => request<unknown>('POST', '/duplicates/different', { body: { records } }),
    onSuccess: changed,
  });
}

export function useStartScan() {
  const changed = useDataChanged();
  return useMutation({ mutationFn: (object: string) => request<Scan>('POST', '/duplicates/scans', { body: { object } }), onSuccess: changed });
}

export function useTryRule() {
  return useMutation({
    mutationFn: (body: { object: string; conditions: ConditionDraft[]; values?: Values; id?: string }) =>
      request<{ hits: Hit[]; whole: boolean }>('POST', '/duplicates/try', { body }),
  });
}

/** How far older records have the keys that rules need. */
export function useDuplicateKeys() {
  return useQuery({
    queryKey: keys.duplicateKeys,
    queryFn: ({ signal }) =>
      request<{ keys: { object: string; field: string; kind: string; state: string; done: number; total: number | null }[] }>('GET', '/duplicates/keys', { signal }).then((answer) => answer.keys),
    refetchInterval: (query) => (query.state.data?.some(({ state }) => state === 'building') ? 2000 : false),
  });
}

export function useComparison(object: string, ids: string[]) {
  return useQuery({
    queryKey: keys.comparison(object, ids),
    queryFn: ({ signal }) => request<Comparison>('POST', '/merging/compare', { body: { object, ids }, signal }),
    retry: false,
    // Nothing makes it old but opening it again: what was merged cannot be compared any more.
    gcTime: 0,
  });
}

export interface MergeBody {
  object: string;
  winner: string;
  losers: string[];
  choices: Record<string, string>;
  keep_owners: boolean;
}

export function useMerge() {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: (body: MergeBody) => request<{ id: string; winner: string }>('POST', '/merging', { body }),
    // Not awaited: the dialog says what was done before the page below it is read anew and takes it away.
    onSuccess: () => { void changed(); },
  });
}

export function useUnmerge() {
  const changed = useDataChanged();
  return useMutation({ mutationFn: (id: string) => request<PastMerge>('POST', `/merging/${id}/undo`), onSuccess: () => { void changed(); } });
}

export function useMerges(object: string, id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.merges(object, id),
    queryFn: ({ signal }) => request<{ merges: PastMerge[] }>('GET', '/merging', { query: { object, id }, signal }).then((answer) => answer.merges),
    enabled,
  });
}

/** The record that a merged one became a part of. */
export const mergedInto = (object: string, id: string) => request<{ id: string }>('GET', '/merging/into', { query: { object, id } });
