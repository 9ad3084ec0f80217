/** The configuration as text: its history, moments compared, changes taken back, archives and packages. */
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { request, upload, url } from './client';
import type { DefinitionStep } from './definitions';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { Label } from './types';

export type Occasion = 'change' | 'install' | 'upgrade' | 'package' | 'removal' | 'revert' | 'start';
export type Act = 'add' | 'change' | 'remove';

/** A setting that stays as the company has it. */
export interface Kept {
  thing: string;
  place: string;
  kept: unknown;
  offered: unknown;
  change?: number | null;
}

export interface TouchedThing {
  path: string;
  kind: 'objects' | 'option_sets' | 'records';
  act: Act;
  title: Label;
}

export interface ChangeHead {
  id: string;
  at: string;
  actor_id: string | null;
  actor_name: string;
  via: string;
  occasion: Occasion;
  package: string | null;
  reverted_id: string | null;
  size: number;
  notes: Kept[];
  revertible: boolean;
}

export interface ListedChange extends ChangeHead {
  things: TouchedThing[];
}

export interface Part extends TouchedThing {
  before: string;
  after: string;
}

export interface RecordStep {
  act: Act;
  object: string;
  title: Label;
  fields: { label: Label; old: unknown; new: unknown }[];
}

export interface PlanStep extends Omit<DefinitionStep, 'act' | 'thing'> {
  act: DefinitionStep['act'] | 'rename';
  thing: DefinitionStep['thing'] | 'option';
}

/** What putting a text into force would do. */
export interface Proposal {
  version: number;
  steps: PlanStep[];
  records: RecordStep[];
  notes: Kept[];
  risky: boolean;
}

export interface PackageRow {
  name: string;
  label: Label;
  description?: Label | null;
  version?: string | null;
  objects?: Label[];
  sample?: boolean;
  /** The release that is there; null: none. */
  installed: string | null;
  removable: boolean;
}

export interface WantedChanges {
  since?: string;
  actor?: string;
  occasion?: string;
  name?: string;
}

export function useConfigurationChanges(wanted: WantedChanges) {
  return useInfiniteQuery({
    queryKey: keys.configurationChanges(wanted),
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      request<{ changes: ListedChange[]; more: boolean }>('GET', '/configuration/changes', { query: { ...wanted, before: pageParam }, signal }),
    getNextPageParam: (last) => (last.more ? last.changes.at(-1)?.id : undefined),
    placeholderData: keepPreviousData,
  });
}

export function useConfigurationChange(id: string) {
  return useQuery({
    queryKey: keys.configurationChange(id),
    queryFn: ({ signal }) => request<ChangeHead & { parts: Part[] }>('GET', `/configuration/changes/${id}`, { signal }),
  });
}

export function useComparison(first: string, second: string) {
  return useQuery({
    queryKey: keys.configurationComparison(first, second),
    enabled: first !== '',
    queryFn: ({ signal }) => request<{ parts: Part[] }>('GET', '/configuration/compare', { query: { first, second }, signal }),
  });
}

export function usePackages() {
  return useQuery({
    queryKey: keys.packages,
    queryFn: ({ signal }) => request<{ packages: PackageRow[] }>('GET', '/configuration/packages', { signal }),
  });
}

export const archiveAddress = (at?: string): string => url('/configuration/archive', { at });

/** Something that can be tried and then done: what it is asked with decides. */
export type Undertaking =
  | { kind: 'revert'; id: string }
  | { kind: 'install'; name: string; sample: boolean }
  | { kind: 'remove'; name: string }
  | { kind: 'archive'; file: File; prune: boolean };

function ask(what: Undertaking, dryRun: boolean, version?: number): Promise<Proposal> {
  const body = { dry_run: dryRun, version: version ?? null };
  switch (what.kind) {
    case 'revert':
      return request<Proposal>('POST', `/configuration/changes/${what.id}/revert`, { body });
    case 'install':
      return request<Proposal>('POST', `/configuration/packages/${what.name}/install`, { body: { ...body, sample: what.sample } });
    case 'remove':
      return request<Proposal>('POST', `/configuration/packages/${what.name}/remove`, { body });
    case 'archive':
      return upload<Proposal>('/configuration/archive', { file: what.file }, { query: { dry_run: dryRun, prune: what.prune, version } });
  }
}

/** What it would do; nothing is changed. */
export function useProposal(what: Undertaking) {
  return useQuery({
    queryKey: ['proposal', what.kind === 'archive' ? { ...what, file: [what.file.name, what.file.size, what.file.lastModified] } : what],
    queryFn: () => ask(what, true),
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
}

/** Does it; afterwards every screen is drawn anew from what is in force. */
export function useCarryOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ what, version }: { what: Undertaking; version: number }) => ask(what, false, version),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.metadata });
      await Promise.all([keys.configuration, keys.definitions, keys.data, keys.sharing].map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}
