import { describe, expect, it } from 'vitest';
import type { FieldMeta, Row } from '@/api/types';
import { daysOf, inRange, movedValues, onDays, stepped, valuesOn, type Dates } from './calendar';

const field = (name: string, type: FieldMeta['type']): FieldMeta => ({ name, type, label: { zh: name, en: name }, access: 'edit', operators: [] });
const DAYS: Dates = { start: field('on', 'date'), end: undefined, zone: 'Asia/Shanghai' };
const MOMENTS: Dates = { start: field('from', 'datetime'), end: field('to', 'datetime'), zone: 'Asia/Shanghai' };
const row = (values: object): Row => ({ id: '1', version: 1, ...values });

describe('the days of a calendar', () => {
  it('are whole weeks from Monday for a month', () => {
    const days = daysOf('month', '2026-11-26');
    expect([days[0], days.at(-1), days.length]).toEqual(['2026-10-26', '2026-12-06', 42]);
    expect(daysOf('month', '2027-02-10')).toHaveLength(28);
    expect(daysOf('week', '2026-11-26')).toEqual(['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29']);
  });
  it('step by what is shown', () => {
    expect(stepped('month', '2026-01-31', 1)).toBe('2026-02-01');
    expect(stepped('week', '2026-11-26', -1)).toBe('2026-11-19');
    expect(stepped('day', '2026-12-31', 1)).toBe('2027-01-01');
  });
});

describe('the entries of a calendar', () => {
  it('are asked for by the visible days alone', () => {
    expect(inRange(DAYS, ['2026-11-23', '2026-11-24'])).toEqual({
      and: [{ field: 'on', op: '>=', value: '2026-11-23' }, { field: 'on', op: '<', value: '2026-11-25' }],
    });
    const asked = JSON.stringify(inRange(MOMENTS, ['2026-11-23']));
    // Midnight in Shanghai.
    expect(asked).toContain('2026-11-22T16:00:00.000Z');
    expect(asked).toContain('"to"');
  });
  it('stand on each day that they touch, by the reader\'s clock', () => {
    const days = ['2026-11-23', '2026-11-24', '2026-11-25'];
    const long = row({ from: '2026-11-22T16:30:00Z', to: '2026-11-24T02:00:00Z' });
    const found = onDays([long], MOMENTS, days);
    expect(days.map((day) => found.get(day)?.length)).toEqual([1, 1, 0]);
    expect(onDays([row({ on: null }), row({ on: '2026-11-25' })], DAYS, days).get('2026-11-25')).toHaveLength(1);
  });
  it('keep their time and length when they are moved', () => {
    const moved = movedValues(row({ from: '2026-11-23T01:00:00Z', to: '2026-11-23T03:00:00Z' }), MOMENTS, '2026-11-23', '2026-11-26');
    expect(moved).toEqual({ from: '2026-11-26T01:00:00.000Z', to: '2026-11-26T03:00:00.000Z' });
    expect(movedValues(row({ on: '2026-11-30' }), DAYS, '2026-11-30', '2026-12-02')).toEqual({ on: '2026-12-02' });
    // Where clocks are put forward in between, nine o'clock stays nine o'clock.
    const berlin = { ...MOMENTS, end: undefined, zone: 'Europe/Berlin' };
    expect(movedValues(row({ from: '2026-03-28T08:00:00Z' }), berlin, '2026-03-28', '2026-03-30')).toEqual({ from: '2026-03-30T07:00:00.000Z' });
  });
  it('begin in the morning where they are made', () => {
    expect(valuesOn(MOMENTS, '2026-11-26')).toEqual({ from: '2026-11-26T01:00:00.000Z' });
    expect(valuesOn(DAYS, '2026-11-26')).toEqual({ on: '2026-11-26' });
  });
});
