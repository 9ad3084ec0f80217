import { describe, expect, it } from 'vitest';
import { layoutOf, offered, unfitting } from './arrangement';
import { newName } from './layouts';
import { buildModel, type ObjectModel } from './metadata';
import { permissionBatches, saidOf, type TypePermission } from './recordTypes';
import type { FieldMeta, RecordTypeMeta } from './types';

const permission = (id: string, profile_id: string, record_type: string, may_create: boolean, preselected: boolean): TypePermission => ({ id, version: 1, profile_id, record_type, may_create, preselected });

const STORED = [permission('1', 'sales', 'renewal', false, false), permission('2', 'sales', 'project', true, true), permission('3', 'lead', 'renewal', true, true)];

describe('what profiles say of a type', () => {
  it('is "may create" where nothing is said', () => {
    expect(saidOf(STORED, 'renewal', 'other')).toEqual({ may_create: true, preselected: false });
    expect(saidOf(STORED, 'renewal', 'sales')).toEqual({ may_create: false, preselected: false });
  });

  it('is written as new, changed and deleted records, and only where it differs', () => {
    const wanted = new Map([
      ['sales', { may_create: false, preselected: false }],
      ['lead', { may_create: true, preselected: false }],
      ['service', { may_create: false, preselected: false }],
      ['other', { may_create: true, preselected: false }],
    ]);
    expect(permissionBatches(STORED, 'deal', 'renewal', wanted)).toEqual([
      { object: 'record_type_permission', action: 'delete', ids: ['3'] },
      { object: 'record_type_permission', action: 'create', rows: [{ values: { profile_id: 'service', object_name: 'deal', record_type: 'renewal', may_create: false, preselected: false } }] },
    ]);
    expect(permissionBatches(STORED, 'deal', 'renewal', new Map())).toEqual([]);
  });

  it('preselects one type of a profile', () => {
    expect(permissionBatches(STORED, 'deal', 'renewal', new Map([['sales', { may_create: true, preselected: true }]]))).toEqual([
      { object: 'record_type_permission', action: 'delete', ids: ['2'] },
      { object: 'record_type_permission', action: 'update', rows: [{ id: '1', version: 1, values: { may_create: true, preselected: true } }] },
    ]);
  });
});

describe('names of new things', () => {
  it('come from English words, and are counted where they are taken or there are none', () => {
    expect(newName('Big deals!', 'type', [])).toBe('big_deals');
    expect(newName('Big deals', 'type', ['big_deals'])).toBe('big_deals_2');
    expect(newName('大单', 'type', [])).toBe('type_1');
    expect(newName('大单', 'type', ['type_1'])).toBe('type_2');
  });
});

const label = { zh: '甲', en: 'A' };
const stage: FieldMeta = { name: 'stage', type: 'select', label, access: 'edit', operators: [], options: ['new', 'won', 'lost'].map((value) => ({ value, label })) };
const type = (name: string, options: Record<string, string[]>): RecordTypeMeta => ({ name, label, active: true, creatable: true, options, defaults: {} });
const short = type('short', { stage: ['won'] });
const layout = { highlights: [], sections: [], related: [] };
const deal = buildModel({
  version: 1,
  objects: [{
    name: 'deal', label, plural: label, name_field: 'name', actions: ['read'], fields: [stage], record_types: [type('long', {}), short], layout,
    layouts: [{ ...layout, highlights: ['stage'], record_types: ['short'] }],
  }],
}).object('deal') as ObjectModel;

describe('a record of a type', () => {
  it('has the layout that is for the type, else the other', () => {
    expect(layoutOf(deal, { record_type: 'short' }).highlights).toEqual(['stage']);
    expect(layoutOf(deal, { record_type: 'long' })).toBe(layout);
    expect(layoutOf(deal, {})).toBe(layout);
  });

  it('offers the options of its type, and keeps the others for values that stand', () => {
    const active = (values: object) => offered(deal, stage, { ...values }).options?.filter((option) => option.active !== false).map(({ value }) => value);
    expect(active({ record_type: 'short' })).toEqual(['won']);
    expect(offered(deal, stage, { record_type: 'short' }).options).toHaveLength(3);
    expect(active({ record_type: 'long' })).toEqual(['new', 'won', 'lost']);
  });

  it('says which of its values another type does not offer', () => {
    expect(unfitting(deal, short, { stage: 'new' })).toEqual([stage]);
    expect(unfitting(deal, short, { stage: 'won' })).toEqual([]);
    expect(unfitting(deal, short, { stage: null })).toEqual([]);
  });
});
