import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request, subscribe, upload, url } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { Values } from './types';

export interface ImportColumn {
  name: string;
  samples: string[];
  /** The field that it probably is, or a part of one (`address.city`). */
  guess: string | null;
}

/** An uploaded file, read so far that its columns can be mapped. */
export interface ImportDraft {
  id: string;
  file: { encoding: string | null; format: 'csv' | 'excel'; sheet: string | null; sheets: string[]; rows: number; columns: number };
  columns: ImportColumn[];
  preview: string[][];
}

export interface ImportProblem {
  row: number;
  column: string | null;
  field: string | null;
  value: string | null;
  code: string;
  detail: string;
  /** The row is like somebody else's record: what asking its owner takes. */
  ask?: { hit: string; owner: string; values: Values };
}

/** `draft`: uploaded and not yet run. */
export type ImportState = 'draft' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'undone';

/** What taking an import back did; `reasons` names the first records that stay as they are. */
export interface UndoReport {
  deleted: number;
  restored: number;
  kept: number;
  reasons: { record_id: string; code: string; params: Record<string, unknown> }[];
}

export interface ImportJob {
  id: string;
  object: string;
  name: string | null;
  created_at: string;
  finished_at: string | null;
  state: ImportState;
  dry_run: boolean;
  /** Rows gone through. */
  progress: number;
  total: number | null;
  created: number;
  updated: number;
  skipped: number;
  rejected: number;
  unlinked: number;
  /** Blank cells by column. */
  blanks: Record<string, number>;
  /** By column and "old → new": how many cells were replaced. */
  corrections: Record<string, Record<string, number>>;
  /** The first hundred problems; the file of rejected rows has all. */
  errors: ImportProblem[];
  /** Why the import as a whole ended early. */
  error: { code: string; detail: string } | null;
  undo: UndoReport | null;
  has_rejected: boolean;
}

export type OnDuplicate = 'create' | 'update' | 'skip' | 'reject';

export interface ImportRun {
  /** The mapping document of docs/users/import.md. */
  mapping: { columns: Record<string, unknown>; fields: Record<string, unknown> };
  dry_run: boolean;
  on_duplicate: OnDuplicate;
  match: string[];
}

/** How the file is to be read where the server does not find it out by itself. */
export interface ReadAs {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
}

/** Whether something will still happen to the import by itself. */
export const isActive = (job: ImportJob): boolean => job.state === 'waiting' || job.state === 'running';

/** Whether it stored records that can be taken back. */
export const isUndoable = (job: ImportJob): boolean =>
  !job.dry_run && (job.state === 'done' || job.state === 'failed' || job.state === 'cancelled') && job.created + job.updated > 0;

export function uploadImport(object: string, file: File, readAs: ReadAs = {}): Promise<ImportDraft> {
  const given = Object.entries(readAs).filter(([, value]) => value !== undefined && value !== '') as [string, string][];
  return upload<ImportDraft>('/imports', { object, file, ...Object.fromEntries(given) });
}

export const runImport = (id: string, run: ImportRun): Promise<ImportJob> =>
  request<ImportJob>('POST', `/imports/${id}/run`, { body: run });

export const cancelImport = (id: string): Promise<ImportJob> => request<ImportJob>('POST', `/imports/${id}/cancel`);

export const rejectedRowsUrl = (id: string): string => url(`/imports/${id}/rejected`);

export const followImport = (id: string, onState: (job: ImportJob) => void, onLost?: () => void): (() => void) =>
  subscribe<ImportJob>(`/imports/${id}/events`, onState, onLost);

/** One's own imports, newest first; read again now and then while one of them is under way. */
export function useImports() {
  return useQuery({
    queryKey: keys.imports,
    queryFn: ({ signal }) => request<{ imports: ImportJob[] }>('GET', '/imports', { signal }).then((answer) => answer.imports),
    refetchInterval: (query) => (query.state.data?.some(isActive) ? 3000 : false),
  });
}

export function useImport(id: string) {
  return useQuery({
    queryKey: keys.import(id),
    queryFn: ({ signal }) => request<ImportJob>('GET', `/imports/${id}`, { signal }),
  });
}

/** Takes a whole import back: what it made is deleted, what it changed is set back. */
export function useUndoImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<ImportJob>('POST', `/imports/${id}/undo`),
    onSuccess: (job) => {
      client.setQueryData(keys.import(job.id), job);
      void client.invalidateQueries({ queryKey: keys.imports, exact: true });
      void client.invalidateQueries({ queryKey: keys.data });
    },
  });
}
