/** Roll-ups: what can be rolled up to an object, and how far the roll-ups that there are have been filled in. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { FieldType, FilterJson, Label } from './types';

export type SummaryFunction = 'count' | 'sum' | 'average' | 'min' | 'max';

export interface SummaryBody {
  object: string;
  field: string;
  function: SummaryFunction;
  of?: string;
  where?: FilterJson;
}

/** Children that can be rolled up: records of `object` whose lookup `field` points here. */
export interface SummaryChild {
  object: string;
  label: Label;
  plural: Label;
  field: string;
  field_label: Label;
  fields: SummaryField[];
}

/** A field of the children, with the types of what each function makes of it, the best first. */
export interface SummaryField {
  name: string;
  label: Label;
  type: FieldType;
  results: Record<Exclude<SummaryFunction, 'count'>, FieldType[]>;
}

export interface SummaryState {
  object: string;
  field: string;
  complete: boolean;
  done: number;
  total: number | null;
  finished_at: string | null;
}

const POLL_MS = 1000;

export function useSummaryChildren(object: string) {
  return useQuery({
    queryKey: keys.summaryChildren(object),
    queryFn: ({ signal }) => request<{ children: SummaryChild[] }>('GET', `/metadata/summaries/choices/${object}`, { signal }).then(({ children }) => children),
  });
}

/** How far each roll-up is; asked for again and again while one is being filled in. */
export function useSummaryStates() {
  return useQuery({
    queryKey: keys.summaries,
    queryFn: ({ signal }) => request<{ summaries: SummaryState[] }>('GET', '/metadata/summaries', { signal }).then(({ summaries }) => summaries),
    refetchInterval: (query) => (query.state.data?.some((one) => !one.complete) ? POLL_MS : false),
  });
}

/** Looks at every record's children again. */
export function useRecalculate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ object, field }: { object: string; field: string }) => request('POST', `/metadata/summaries/${object}/${field}/recalculate`, { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.summaries }),
  });
}
