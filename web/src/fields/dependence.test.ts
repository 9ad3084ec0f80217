import { expect, it } from 'vitest';
import { buildModel, type ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { decidingValues, followed, followersOf, offeredField, waitsFor, withDependence } from './dependence';

const label = { zh: '甲', en: 'A' };
const option = (value: string, ...shown: string[]) => ({ value, label, ...(shown.length > 0 ? { shown_for: shown } : {}) });
const select = (name: string, options: object[], controlled_by?: string) => ({ name, type: 'select', label, access: 'edit', operators: [], options, controlled_by }) as unknown as FieldMeta;
const fields = [
  select('province', [option('zj'), option('sh')]),
  select('city', [option('hz', 'zj'), option('pd', 'sh')], 'province'),
  select('district', [option('xh', 'hz'), option('lj', 'pd')], 'city'),
  { ...select('vip', []), type: 'boolean' } as FieldMeta,
  { ...select('gifts', [option('tea', 'true'), option('pen', 'false'), option('card')], 'vip'), type: 'multi_select' } as FieldMeta,
];
const object = buildModel({
  version: 1,
  objects: [{ name: 'account', label, plural: label, name_field: 'id', actions: [], fields, layout: { highlights: [], sections: [], related: [] } }],
}).object('account') as ObjectModel;
const field = (name: string) => object.field(name) as FieldMeta;
const offered = (name: string, values: Record<string, unknown>) => offeredField(object, field(name), values).options?.map((o) => o.value);

it('offers what the controlling value allows, and keeps the present value', () => {
  expect(offered('city', { province: 'zj' })).toEqual(['hz']);
  expect(offered('city', { province: null })).toEqual([]);
  expect(offered('city', { province: 'sh', city: 'hz' })).toEqual(['hz', 'pd']);
  expect(offered('gifts', { vip: null })).toEqual(['pen', 'card']);
});

it('offers everything where the controlling value is not known', () => {
  expect(offered('city', {})).toEqual(['hz', 'pd']);
});

it('says which field comes first', () => {
  expect(waitsFor(object, field('city'), { province: null })?.name).toBe('province');
  expect(waitsFor(object, field('city'), { province: 'zj' })).toBeUndefined();
  expect(waitsFor(object, field('gifts'), {})).toBeUndefined();
});

it('clears down the chain what no longer fits, and only that', () => {
  const values = { province: 'sh', city: 'hz', district: 'xh' };
  expect(followed(object, 'province', values)).toEqual({ city: null, district: null });
  expect(followed(object, 'province', { ...values, province: 'zj' })).toEqual({});
  expect(followed(object, 'vip', { vip: true, gifts: ['pen', 'card'] })).toEqual({ gifts: ['card'] });
});

it('knows what belongs together', () => {
  expect(followersOf(object, 'province').map((f) => f.name)).toEqual(['city', 'district']);
  expect(withDependence(object, ['city']).sort()).toEqual(['city', 'district', 'province']);
});

it('tells what decides, blank or not, and nothing of what one may not see', () => {
  expect(decidingValues(object, { province: 'zj', city: undefined, district: 'xh', hidden: 'x' })).toEqual({ province: 'zj', city: null, vip: null });
});
