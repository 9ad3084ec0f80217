import { describe, expect, it } from 'vitest';
import type { FieldMeta, Row } from '@/api/types';
import { batchesOf, mappingOf, mayFit, targetsOf, withTargets } from './mapping';

const row = (id: string, target: string, field: string, source: string): Row => ({ id, version: 1, object_name: target, field_name: field, source_field: source });
const field = (type: FieldMeta['type'], more: Partial<FieldMeta> = {}): FieldMeta => ({ name: type, type, label: { zh: type, en: type }, access: 'edit', operators: [], ...more });
const ROWS = [row('1', 'account', 'name', 'company_name'), row('2', 'contact', 'phone', 'phone'), row('3', 'account', 'phone', 'phone')];

describe('the mapping of leads', () => {
  it('is a table of lead fields by targets', () => {
    expect(targetsOf(mappingOf(ROWS), 'account', 'phone')).toEqual(['phone']);
  });
  it('is saved as what changed', () => {
    const changed = withTargets(withTargets(mappingOf(ROWS), 'contact', 'phone', []), 'account', 'company_name', ['name', 'description']);
    expect(batchesOf(ROWS, changed)).toEqual([
      { object: 'lead_mapping', action: 'delete', ids: ['2'] },
      { object: 'lead_mapping', action: 'create', rows: [{ values: { object_name: 'account', field_name: 'description', source_field: 'company_name' } }] },
    ]);
    expect(batchesOf(ROWS, { ...mappingOf(ROWS), 'account.name': 'name' })).toEqual([{ object: 'lead_mapping', action: 'update', rows: [{ id: '1', version: 1, values: { source_field: 'name' } }] }]);
    expect(batchesOf(ROWS, mappingOf(ROWS))).toEqual([]);
  });
  it('offers what can hold the values', () => {
    const options = (...values: string[]) => values.map((value) => ({ value, label: { zh: value, en: value } }));
    expect(mayFit(field('email'), field('text'))).toBe(true);
    expect(mayFit(field('text'), field('email'))).toBe(false);
    expect(mayFit(field('integer'), field('currency'))).toBe(true);
    expect(mayFit(field('select', { options: options('a') }), field('select', { options: options('a', 'b') }))).toBe(true);
    expect(mayFit(field('select', { options: options('a', 'c') }), field('select', { options: options('a', 'b') }))).toBe(false);
    expect(mayFit(field('lookup', { target: 'campaign' }), field('lookup', { target: 'contact' }))).toBe(false);
  });
});
