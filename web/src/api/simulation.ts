import { useQuery } from '@tanstack/react-query';
import type { BatchAnswer, BatchBody } from './batch';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import { useDataChanged } from './records';
import type { Action } from './types';

export interface NamedPerson {
  id: string;
  name: string;
}

export interface Difference {
  number: number;
  /** There are more than that. */
  capped: boolean;
  samples: { id: string; name: string }[];
}

/** What one person gains and loses of one object: records that they may see, or edit. */
export interface Effect {
  person: NamedPerson;
  object: string;
  action: Extract<Action, 'read' | 'update'>;
  gained: Difference;
  lost: Difference;
}

export type FieldAccess = 'hidden' | 'read' | 'edit';

export interface RightsChange {
  object: string;
  gained: Action[];
  lost: Action[];
  /** It gets its place in the navigation, or loses it; null where that stays. */
  on_menu: boolean | null;
  fields: { field: string; before: FieldAccess; after: FieldAccess }[];
}

export interface Simulation {
  /** People whose reach or rights change; of `counted` of them the records are counted. */
  affected: number;
  counted: number;
  effects: Effect[];
  rights: { changes: RightsChange[]; people: NamedPerson[] }[];
  administrators_gained: NamedPerson[];
  administrators_lost: NamedPerson[];
  opened: NamedPerson[];
  closed: NamedPerson[];
}

/** What writing these batches of settings would change for whom; nothing is stored. For administrators. */
export function useSimulation(batches: BatchBody[]) {
  return useQuery({
    queryKey: keys.simulation(batches),
    queryFn: ({ signal }) => request<Simulation>('POST', '/access/simulate', { body: { batches }, signal }),
    retry: false,
    // Asked anew each time that it is shown, and never again meanwhile: once saved, the same batches would be refused.
    gcTime: 0,
    staleTime: Infinity,
  });
}

/** Batches of several objects, stored together or not at all. */
export function useBatches() {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: (batches: BatchBody[]) => request<{ batches: BatchAnswer[] }>('POST', '/batches', { body: { batches } }),
    onSuccess: changed,
  });
}
