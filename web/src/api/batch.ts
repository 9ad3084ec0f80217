import { request } from './client';
import type { Problem } from './errors';
import { useMutation } from './mutation';
import { useDataChanged } from './records';
import type { Values } from './types';

export type BatchBody =
  | { object: string; action: 'create'; rows: { values: Values }[] }
  | { object: string; action: 'update'; rows: { id: string; version?: number; values: Values }[] }
  | { object: string; action: 'update'; ids: string[]; values: Values }
  | { object: string; action: 'delete' | 'restore' | 'lock' | 'unlock'; ids: string[] };

export interface BatchAnswer {
  ids: (string | null)[];
  problems: Problem[];
}

/** Many records in one transaction: all or nothing. */
export function useBatch() {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: (body: BatchBody) => request<BatchAnswer>('POST', '/batch', { body }),
    onSuccess: changed,
  });
}
