import { request, subscribe, url } from './client';
import type { QueryBody } from './types';

export interface ExportJob {
  id: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: number;
  total: number | null;
  error?: { detail?: string } | null;
}

export type ExportFormat = 'csv' | 'xlsx';

export const startExport = (query: QueryBody, format: ExportFormat): Promise<ExportJob> =>
  request<ExportJob>('POST', '/exports', { body: { ...query, format } });

export const exportFileUrl = (id: string): string => url(`/exports/${id}/file`);

const FINISHED = new Set<ExportJob['state']>(['done', 'failed', 'cancelled']);

/** Follows a job until it ends; the returned function stops following. When events are cut off the job is asked directly. */
export function followExport(id: string, onState: (job: ExportJob) => void): () => void {
  let stop: () => void = () => undefined;
  const take = (job: ExportJob) => {
    if (FINISHED.has(job.state)) stop();
    onState({ ...job, id });
  };
  stop = subscribe<ExportJob>(`/exports/${id}/events`, take, () => {
    request<ExportJob>('GET', `/exports/${id}`).then(take, () => undefined);
  });
  return stop;
}
