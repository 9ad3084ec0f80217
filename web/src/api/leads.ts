/** What a lead would become, and what it became. */
import { useQuery } from '@tanstack/react-query';
import { request } from './client';
import type { Taking } from './duplicates';
import { keys } from './keys';
import { doAction } from './records';
import type { Values } from './types';

export const TARGETS = ['account', 'contact', 'opportunity'] as const;
export type Target = (typeof TARGETS)[number];

export interface Conversion {
  /** What the mapping gives new records. */
  values: Record<Target, Values>;
  /** The names of the records that these lead to, by id. */
  names: Record<string, string>;
  creatable: Record<Target, boolean>;
  /** Accounts that may be the lead's company; one may not see them all. */
  matches: { id: string; name: string; detail: string; visible: boolean; owner_id: string | null; owner: string | null; takes: Taking[] }[];
}

export function useConversion(lead: string) {
  return useQuery({
    queryKey: keys.conversion(lead),
    queryFn: ({ signal }) => request<Conversion>('GET', `/leads/${lead}/conversion`, { signal }),
    gcTime: 0,
    retry: false,
    // It is what the dialog started from: once the lead is converted there is nothing to ask for any more.
    staleTime: 'static',
  });
}

/** `take`: the action by which one that nobody has is taken with the conversion. */
export type Wished = { id: string; take?: string } | { values: Values };

export interface Wish {
  account: Wished;
  contact: Wished | null;
  opportunity: Wished | null;
  owner_id: string | null;
}

export type Became = Partial<Record<Target, { id: string; name: string }>>;

export const convertLead = (lead: string, wish: Wish): Promise<Became> => doAction<Became>('lead', lead, 'convert', { ...wish });

export const undoConversion = (lead: string): Promise<unknown> => doAction('lead', lead, 'undo_conversion');
