import { describe, expect, it } from 'vitest';
import type { Row } from '@/api/types';
import { draftOf, namesIn, ruleFor } from './settings';

const row = (id: string, values: Record<string, unknown>): Row => ({ id, version: 1, ...values });

describe('the settings of a stage', () => {
  const rules = [row('1', { record_type: '*', stage: 'offer', required_fields: 'amount, close_date', skippable: false, standard_days: 14 })];
  const tasks = [row('7', { record_type: '*', stage: 'offer', name: '评审', mandatory: true })];

  it('reads a rule as it is stored', () => {
    const draft = draftOf(rules, tasks, '*', 'offer');
    expect([draft.required_fields, draft.skippable, draft.may_go_back, draft.standard_days]).toEqual([['amount', 'close_date'], false, true, 14]);
    expect(draft.tasks.map((task) => [task.id, task.name, task.mandatory])).toEqual([['7', '评审', true]]);
  });
  it('begins the rule of a type with what it inherits, without taking its tasks away from all types', () => {
    const draft = draftOf(rules, tasks, 'renewal', 'offer');
    expect(draft.standard_days).toBe(14);
    expect(draft.tasks.map((task) => [task.id, task.name])).toEqual([[undefined, '评审']]);
    expect(ruleFor(rules, 'renewal', 'offer')).toBeUndefined();
  });
  it('reads names between commas', () => {
    expect(namesIn(' a, ,b ')).toEqual(['a', 'b']);
    expect(namesIn(null)).toEqual([]);
  });
});
