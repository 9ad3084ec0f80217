import type { Model } from '@/api/metadata';
import type { Label, Row } from '@/api/types';

/** Still to be done: an open task, a visit that was planned, or a meeting that has not begun. */
export const isAhead = (row: Row, now = new Date()): boolean =>
  (row.type === 'task' && row.status !== 'done')
  || (row.type === 'visit' && row.visit_status === 'planned')
  || (row.type === 'meeting' && typeof row.start_at === 'string' && new Date(row.start_at) > now);

export interface Part extends Row {
  name?: string;
  file?: string;
  picture?: boolean;
  'user.name'?: string;
}

/** What hangs on an activity: its files, or its mentions. */
export const partsOf = (row: Row, name: 'files' | 'mentions'): Part[] => (row[name] as { rows?: Part[] } | undefined)?.rows ?? [];

/** The stage of the deal at that time. It is kept in the words of then: those of a stage that is still there are told in the reader's language. */
export function stageOf(model: Model, row: Row): Label | string | null {
  if (typeof row.sale_stage !== 'string' || row.sale_stage === '') return null;
  const kept = row.sale_stage;
  const object = model.object((row.related_id as { object?: string } | null)?.object ?? '');
  const options = object?.stage_field ? object.field(object.stage_field)?.options : null;
  return options?.find(({ label }) => label.zh === kept || label.en === kept)?.label ?? kept;
}
