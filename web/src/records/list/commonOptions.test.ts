import { describe, expect, it } from 'vitest';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, RecordTypeMeta, Row } from '@/api/types';
import { commonOptions, forbiddenBy } from './commonOptions';

const label = (zh: string) => ({ zh, en: zh });
const option = (value: string) => ({ value, label: label(value) });
const stage = { name: 'stage', type: 'select', label: label('阶段'), access: 'edit', operators: [], options: ['first', 'second', 'won'].map(option) } as FieldMeta;
const amount = { ...stage, name: 'amount', type: 'currency', options: undefined } as FieldMeta;
const type = (name: string, options: Record<string, string[]>): RecordTypeMeta => ({ name, label: label(name), active: true, creatable: true, options, defaults: {} });
const deal = { record_types: [type('project', {}), type('renewal', { stage: ['second', 'won'] })], fields: [stage, amount], field: (name: string) => [stage, amount].find((one) => one.name === name) } as unknown as ObjectModel;
const row = (record_type: string): Row => ({ id: record_type, version: 1, record_type });
const values = (rows: Row[]) => commonOptions(deal, stage, rows).options?.map(({ value }) => value);

describe('what many records can be given', () => {
  it('is what their type offers', () => {
    expect(values([row('renewal'), row('renewal')])).toEqual(['second', 'won']);
    expect(values([row('project')])).toEqual(['first', 'second', 'won']);
    expect(forbiddenBy(deal, stage, [row('renewal'), row('renewal')])).toEqual([]);
  });
  it('is what all of their types offer, and it is said which does not offer what', () => {
    const both = [row('project'), row('renewal')];
    expect(values(both)).toEqual(['second', 'won']);
    expect(forbiddenBy(deal, stage, both).map((one) => [one.type.name, one.options.map(({ value }) => value)])).toEqual([['renewal', ['first']]]);
  });
  it('is anything where the field has no options', () => {
    expect(commonOptions(deal, amount, [row('renewal')])).toBe(amount);
    expect(forbiddenBy(deal, amount, [row('project'), row('renewal')])).toEqual([]);
  });
});
