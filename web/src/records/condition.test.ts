import { describe, expect, it } from 'vitest';
import type { FieldMeta, FieldType, FilterJson, Values } from '@/api/types';
import { meets } from './condition';
import raw from './condition_cases.json?raw';
import '@/i18n';

interface Table {
  me: string;
  timezone: string;
  fields: Record<string, FieldType>;
  records: { full: Values; blank: Values };
  cases: { filter: FilterJson; full: boolean; blank: boolean }[];
}

/** The server's own evaluator is held to the same table, by tests/expressions/test_condition_cases.py. */
const table = JSON.parse(raw) as Table;
const label = { zh: '甲', en: 'A' };
const field = (name: string): FieldMeta | undefined => {
  const type = table.fields[name];
  return type && { name, type, label, access: 'edit', operators: [] };
};
const asking = { field, me: table.me, timezone: table.timezone };

describe('a condition decided in the browser', () => {
  it.each(table.cases.map((one) => [JSON.stringify(one.filter), one] as const))('%s', (_, { filter, full, blank }) => {
    expect(meets(filter, table.records.full, asking)).toBe(full);
    expect(meets(filter, table.records.blank, asking)).toBe(blank);
  });

  it('meets nothing with a field that is not known', () => {
    expect(meets({ field: 'other', op: 'is null' }, {}, asking)).toBe(false);
  });
});
