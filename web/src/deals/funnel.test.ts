import { describe, expect, it } from 'vitest';
import type { Option } from '@/api/types';
import { dealFilter, figuresOf, totalsOf } from './funnel';

const option = (value: string, outcome: string): Option => ({ value, label: { zh: value, en: value }, attributes: { outcome } });
const options = [option('talk', 'open'), option('offer', 'open'), option('won', 'won'), option('lost', 'lost')];
const figures = figuresOf(options, 'stage', [
  { stage: 'talk', count: 4, total: '100.10', probability: '10', standard_days: 30 },
  { stage: 'won', count: 2, total: '50', probability: '100', actual_days: 40, standard_days: 30 },
  { stage: 'lost', count: 1, total: null },
], [
  { stage: 'talk', direction: 'forward', count: 3, days: '30' },
  { stage: 'talk', direction: 'lost', count: 1, days: '2' },
  { stage: 'offer', direction: 'back', count: 1, days: '5' },
  { stage: 'won', direction: 'reopened', count: 1, days: '9' },
]);

describe('the funnel', () => {
  it('counts what came as far as a stage or further, without the lost', () => {
    expect(figures.map((one) => one.through)).toEqual([6, 2, 2, 0]);
  });
  it('says how many of those that left moved on, and how long they had stayed', () => {
    expect(figures.map((one) => [one.conversion, one.stay])).toEqual([['75', '8'], ['0', '5'], [null, null], [null, null]]);
  });
  it('does not let a blank amount void a sum', () => {
    expect(totalsOf(figures)).toEqual({ won: { count: 2, total: '50' }, lost: { count: 1, total: '0' }, winRate: '66.7', cycle: '40', standard: '30' });
  });
  it('asks about deals from their stays by the same conditions', () => {
    expect(dealFilter({ mine: true, department: '7', owner: null, recordType: null, period: 'this_year' }, 'opportunity.')).toEqual([
      { field: 'opportunity.owner_id', op: '=', value: { me: true } },
      { field: 'opportunity.close_date', op: '=', value: { relative: 'THIS_YEAR' } },
    ]);
  });
});
