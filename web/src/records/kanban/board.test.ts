import { describe, expect, it } from 'vitest';
import type { Option, QueryAnswer, Row } from '@/api/types';
import { boardColumns, inStage, leftOut, movedSums, sumsByStage, withCardFirst, withoutCard } from './board';

const option = (value: string, active = true): Option => ({ value, label: { zh: value, en: value }, active });
const ROWS = [
  { stage: 'open', count: 2, total: '100.10' },
  { stage: 'won', count: 1, total: '50' },
  { stage: null, count: 3, total: null },
  { stage: 'gone', count: 1, total: '1' },
];

describe('the board', () => {
  const sums = sumsByStage(ROWS, 'stage');

  it('has the active options in order, and others only where records are', () => {
    const columns = boardColumns([option('open'), option('won'), option('old', false), option('gone', false)], sums);
    expect(columns.map((c) => c.value)).toEqual(['open', 'won', 'gone', '']);
  });

  it('has a column for records without a value where the field may be blank', () => {
    expect(boardColumns([option('open')], new Map(), true).map((c) => c.value)).toEqual(['open', '']);
    expect(boardColumns([option('open')], sums, true).filter((c) => c.value === '')).toHaveLength(1);
  });

  it('asks for blank stages by their being blank', () => {
    expect(inStage('stage', '')).toEqual({ field: 'stage', op: 'is null' });
    expect(inStage('stage', 'won')).toEqual({ field: 'stage', op: '=', value: 'won' });
  });

  it('knows which stages its filter leaves out', () => {
    const filter = { and: [{ field: 'stage', op: 'not in' as const, value: ['won', 'lost'] }, { field: 'x', op: '=' as const, value: 'won' }] };
    expect(leftOut(filter, 'stage', 'won')).toBe(true);
    expect(leftOut(filter, 'stage', 'open')).toBe(false);
    expect(leftOut({ field: 'stage', op: 'in', value: ['open'] }, 'stage', 'won')).toBe(true);
    expect(leftOut(null, 'stage', 'won')).toBe(false);
  });

  it('moves counts and sums with a card, exactly', () => {
    const after = sumsByStage(movedSums(ROWS, 'stage', 'open', 'won', '0.10'), 'stage');
    expect(after.get('open')).toEqual({ count: 1, total: '100.00' });
    expect(after.get('won')).toEqual({ count: 2, total: '50.10' });
    expect(after.get('gone')).toEqual({ count: 1, total: '1' });
  });

  it('makes the sum of a stage that had none, and changes only the count of a card without amount', () => {
    const after = sumsByStage(movedSums(ROWS, 'stage', 'open', 'fresh', null), 'stage');
    expect(after.get('fresh')).toEqual({ count: 1, total: '0' });
    expect(after.get('open')).toEqual({ count: 1, total: '100.10' });
  });

  it('takes a card out of one column and puts it first in another', () => {
    const row = (id: string): Row => ({ id, version: 1 });
    const page = (...ids: string[]): QueryAnswer => ({ columns: [], rows: ids.map(row), next: null });
    const data = { pages: [page('1', '2'), page('3')], pageParams: [null, 'c'] };
    expect(withoutCard(data, '3').pages.map((p) => p.rows.length)).toEqual([2, 0]);
    expect(withCardFirst(data, row('9')).pages.map((p) => p.rows.map((r) => r.id))).toEqual([['9', '1', '2'], ['3']]);
  });
});
