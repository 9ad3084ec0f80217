import { useQuery } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import type { Label, Option } from './types';

/** What names an option set: a field of an object, or another set that it controls. */
export interface SetUse {
  object?: string;
  object_label?: Label;
  field?: string;
  option_set?: string;
  label: Label;
}

export interface OptionSetHead {
  name: string;
  label: Label;
  help: Label | null;
  controlled_by: string | null;
  /** It comes with the product: nobody changes it. */
  preset: boolean;
  /** Only fields that take one option may use it. */
  single: boolean;
  used_by?: SetUse[];
}

export interface ListedSet extends OptionSetHead {
  count: number;
  active: number;
  used_by: SetUse[];
}

export interface OptionSetAnswer extends OptionSetHead {
  options: Option[];
}

export const fetchOptionSet = (name: string, signal?: AbortSignal) => request<OptionSetAnswer>('GET', `/metadata/option-sets/${name}`, { signal });

/** One set with all of its options. */
export function useOptionSet(name: string | undefined) {
  return useQuery({
    queryKey: keys.optionSet(name ?? ''),
    queryFn: ({ signal }) => fetchOptionSet(name ?? '', signal),
    enabled: name !== undefined,
    staleTime: 5 * 60_000,
  });
}

/** All sets; for administrators. */
export function useListedSets() {
  return useQuery({
    queryKey: keys.listedSets,
    queryFn: ({ signal }) => request<{ option_sets: ListedSet[] }>('GET', '/metadata/option-sets', { signal }).then((answer) => answer.option_sets),
  });
}
