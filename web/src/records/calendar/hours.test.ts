import { describe, expect, it } from 'vitest';
import type { FieldMeta, Row } from '@/api/types';
import { movedValues, valuesOn, type Dates } from './calendar';
import { blocksOn, snapped, timeAt } from './hours';

const field = (name: string): FieldMeta => ({ name, type: 'datetime', label: { zh: name, en: name }, access: 'edit', operators: [] });
const DATES: Dates = { start: field('from'), end: field('to'), zone: 'Asia/Shanghai' };
const row = (id: string, from: string, to?: string): Row => ({ id, version: 1, from, to: to ?? null });
const places = (rows: Row[], day = '2026-11-26') => blocksOn(rows, DATES, day).map(({ row: { id }, from, to, lane, lanes }) => [id, from, to, lane, lanes]);

describe('a day with hours', () => {
  it('has entries at their time in the reader’s zone, an hour long when nothing is said', () => {
    expect(places([row('a', '2026-11-26T02:00:00Z'), row('b', '2026-11-26T06:00:00Z', '2026-11-26T06:10:00Z')])).toEqual([['a', 600, 660, 0, 1], ['b', 840, 870, 0, 1]]);
  });
  it('puts side by side what is at the same time, and only that', () => {
    const rows = [row('a', '2026-11-26T01:00:00Z', '2026-11-26T03:00:00Z'), row('b', '2026-11-26T02:00:00Z', '2026-11-26T04:00:00Z'), row('c', '2026-11-26T03:00:00Z', '2026-11-26T04:00:00Z'), row('d', '2026-11-26T05:00:00Z')];
    expect(places(rows)).toEqual([['a', 540, 660, 0, 2], ['b', 600, 720, 1, 2], ['c', 660, 720, 0, 2], ['d', 780, 840, 0, 1]]);
  });
  it('cuts what lasts over midnight', () => {
    const night = [row('a', '2026-11-26T14:00:00Z', '2026-11-26T18:00:00Z')];
    expect(places(night)).toEqual([['a', 1320, 1440, 0, 1]]);
    expect(places(night, '2026-11-27')).toEqual([['a', 0, 120, 0, 1]]);
  });
  it('moves by days and minutes and keeps how long it lasts', () => {
    expect(movedValues(row('a', '2026-11-26T02:00:00Z', '2026-11-26T03:30:00Z'), DATES, '2026-11-26', '2026-11-27', 75)).toEqual({ from: '2026-11-27T03:15:00.000Z', to: '2026-11-27T04:45:00.000Z' });
  });
  it('reads heights as times', () => {
    expect([snapped(44, 44), snapped(-13, 44), snapped(4, 44)]).toEqual([60, -15, 0]);
    expect([timeAt(0, 44), timeAt(44 * 9 + 30, 44), timeAt(99_999, 44)]).toEqual(['00:00', '09:30', '23:30']);
    expect(valuesOn(DATES, '2026-11-26', '14:30')).toEqual({ from: '2026-11-26T06:30:00.000Z', to: '2026-11-26T07:30:00.000Z' });
  });
});
