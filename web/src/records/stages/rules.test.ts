import { describe, expect, it } from 'vitest';
import type { ObjectModel } from '@/api/metadata';
import type { Row } from '@/api/types';
import { demandedBy, idleDays, idleFor, outcomeOf, ruleOf, tasksOf } from './rules';

const deal = { stage_field: 'stage' } as ObjectModel;
const row = (values: Record<string, unknown>): Row => ({ id: '1', version: 1, ...values });
const now = new Date('2026-06-20T00:00:00Z');

describe('stage rules', () => {
  const rules = [row({ record_type: '*', stage: 'proposal', idle_days: 10 }), row({ record_type: 'renewal', stage: 'proposal', idle_days: 3 })];

  it('has the rule of the type before that of all types', () => {
    expect(ruleOf({ rules }, deal, { stage: 'proposal', record_type: 'renewal' })?.idle_days).toBe(3);
    expect(ruleOf({ rules }, deal, { stage: 'proposal', record_type: 'project' })?.idle_days).toBe(10);
    expect(ruleOf({ rules }, deal, { stage: 'won' })).toBeUndefined();
  });

  it('has the tasks of the type instead of those of all types', () => {
    const tasks = [row({ record_type: '*', stage: 'proposal', name: 'a' }), row({ record_type: 'renewal', stage: 'proposal', name: 'b' })];
    expect(tasksOf({ tasks }, deal, { stage: 'proposal', record_type: 'renewal' }).map((task) => task.name)).toEqual(['b']);
    expect(tasksOf({ tasks }, deal, { stage: 'proposal' }).map((task) => task.name)).toEqual(['a']);
  });

  it('counts idle days from the last activity or the stage, whichever is later', () => {
    expect(idleDays({ days_in_stage: 30, last_activity_at: '2026-06-08T00:00:00Z' }, now)).toBe(12);
    expect(idleDays({ days_in_stage: 5, last_activity_at: '2026-01-01T00:00:00Z' }, now)).toBe(5);
    expect(idleDays({ days_in_stage: null }, now)).toBeUndefined();
    expect(idleFor({ days_in_stage: 12 }, rules[0], now)).toBe(12);
    expect(idleFor({ days_in_stage: 9 }, rules[0], now)).toBeUndefined();
  });

  it('demands what the chosen stage asks for, and on the way what it skips and leaves', () => {
    const options = ['first', 'second', 'third', 'won', 'lost'].map((value) => ({ value, attributes: value === 'won' || value === 'lost' ? { outcome: value } : {} }));
    const object = { ...deal, field: (name: string) => (name === 'stage' ? { name, options } : undefined), record_types: [] } as unknown as ObjectModel;
    const asked = [
      row({ record_type: '*', stage: 'first', required_on_leaving: 'need' }),
      row({ record_type: '*', stage: 'second', required_fields: 'amount, budget' }),
      row({ record_type: '*', stage: 'third', required_fields: 'close_date' }),
      row({ record_type: '*', stage: 'lost', required_fields: 'lost_reason' }),
    ];
    const of = (stage: string | null, before?: string) => [...demandedBy({ rules: asked }, object, { stage }, before === undefined ? undefined : { stage: before })].sort();
    expect(of('third')).toEqual(['close_date']);
    expect(of('third', 'first')).toEqual(['amount', 'budget', 'close_date', 'need']);
    expect(of('second', 'third')).toEqual(['amount', 'budget']);
    expect(of('lost', 'first')).toEqual(['lost_reason']);
    expect([of('third', 'third'), of(null), of('won')]).toEqual([[], [], []]);
  });

  it('calls a stage open that says nothing of its outcome', () => {
    expect([undefined, { attributes: {} }, { attributes: { outcome: 'won' } }].map((option) => outcomeOf(option))).toEqual(['open', 'open', 'won']);
  });
});
