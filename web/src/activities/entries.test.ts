import { expect, it } from 'vitest';
import { buildModel } from '@/api/metadata';
import type { Metadata, Row } from '@/api/types';
import { isAhead, stageOf } from './entries';

const proposal = { zh: '方案报价', en: 'Proposal' };
const model = buildModel({
  objects: [{ name: 'opportunity', stage_field: 'stage', fields: [{ name: 'stage', type: 'select', options: [{ value: 'proposal', label: proposal }] }] }],
} as unknown as Metadata);
const row = (sale_stage: string | null, object = 'opportunity'): Row => ({ id: '1', version: 1, sale_stage, related_id: { object, id: '2' } }) as unknown as Row;

it('tells the stage of then in either language, and in its old words once it is gone', () => {
  expect(stageOf(model, row('方案报价'))).toEqual(proposal);
  expect(stageOf(model, row('Proposal'))).toEqual(proposal);
  expect(stageOf(model, row('立项'))).toBe('立项');
  expect(stageOf(model, row('方案报价', 'account'))).toBe('方案报价');
  expect(stageOf(model, row(null))).toBeNull();
});

it('puts what has not begun ahead of what was done', () => {
  const now = new Date('2026-11-27T09:00:00Z');
  const meeting = (start_at: string | null) => isAhead({ id: '1', version: 1, type: 'meeting', start_at } as unknown as Row, now);
  expect(meeting('2026-11-27T09:00:01Z')).toBe(true);
  expect(meeting('2026-11-27T08:59:00Z')).toBe(false);
  expect(meeting(null)).toBe(false);
  expect(isAhead({ id: '1', version: 1, type: 'call', start_at: '2026-11-28T09:00:00Z' } as unknown as Row, now)).toBe(false);
});
