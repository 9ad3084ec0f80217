/** Printing: the templates that one may use, the documents, and what the editor of templates asks for. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { fetchFile, request, subscribe, url } from './client';
import { keys } from './keys';

export interface PrintTemplate {
  id: string;
  /** By which buttons name it. */
  key: string;
  name: string;
  name_en: string | null;
  record_types: string[];
}

export interface PrintJob {
  id: string;
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: number;
  total: number | null;
  error?: { detail?: string } | null;
}

export type PrintFormat = 'pdf' | 'zip';

export const PRINTED_AT_ONCE = 200;

export function usePrintTemplates(object: string, enabled = true) {
  return useQuery({
    queryKey: keys.printTemplates(object),
    queryFn: ({ signal }) =>
      request<{ templates: PrintTemplate[] }>('GET', '/print/templates', { query: { object }, signal }).then((answer) => answer.templates),
    enabled,
    staleTime: 60_000,
  });
}

/** One record as a PDF. */
export const printRecord = (object: string, record: string, template: string) =>
  fetchFile('/print', { object, record_id: record, template_id: template });

export const startPrint = (object: string, records: string[], template: string, format: PrintFormat) =>
  request<PrintJob>('POST', '/prints', { body: { object, record_ids: records, template_id: template, format } });

export const printFileUrl = (id: string): string => url(`/prints/${id}/file`);

const FINISHED = new Set<PrintJob['state']>(['done', 'failed', 'cancelled']);

/** Follows a print until it ends; the returned function stops following. */
export function followPrint(id: string, onState: (job: PrintJob) => void): () => void {
  let stop: () => void = () => undefined;
  const take = (job: PrintJob) => {
    if (FINISHED.has(job.state)) stop();
    onState({ ...job, id });
  };
  stop = subscribe<PrintJob>(`/prints/${id}/events`, take, () => {
    request<PrintJob>('GET', `/prints/${id}`).then(take, () => undefined);
  });
  return stop;
}

export interface PrintDraft {
  name: string;
  name_en: string;
  header: string;
  body: string;
  footer: string;
  /** The objects whose records a template can list: the lines. */
  children: string[];
}

/** A template to begin with, made from the object's layout. */
export function usePrintDraft(object: string) {
  return useQuery({
    queryKey: keys.printDraft(object),
    queryFn: ({ signal }) => request<PrintDraft>('GET', '/print/draft', { query: { object }, signal }),
    enabled: object !== '',
    staleTime: Infinity,
  });
}

export interface PreviewBody {
  object: string;
  record_id: string | null;
  language: string;
  paper: string;
  orientation: string;
  margins: number[];
  logo: string | null;
  header: string;
  body: string;
  footer: string;
}

export interface Preview {
  /** The pages as pictures. */
  pages: string[];
  problems: { part: string; code: string; detail: string }[];
  record_id: string;
  seconds: number;
}

/** The pages that a template gives while it is being written. */
export function usePrintPreview(body: PreviewBody, enabled: boolean) {
  return useQuery({
    queryKey: keys.printPreview(body),
    queryFn: ({ signal }) => request<Preview>('POST', '/print/preview', { body, signal }),
    enabled,
    placeholderData: keepPreviousData,
    retry: false,
  });
}
