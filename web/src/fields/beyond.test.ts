import { describe, expect, it } from 'vitest';
import { buildModel, withNames } from '@/api/metadata';
import { givenTo } from '@/api/proposed';
import type { FieldMeta, ObjectMeta } from '@/api/types';
import { beyondOf } from './beyond';

const label = { zh: '', en: '' };
const field = (name: string, type: FieldMeta['type'], target?: string): FieldMeta => ({ name, type, target, label, access: 'read', operators: [] });
const object = (name: string, fields: FieldMeta[]): ObjectMeta => ({
  name, label, plural: label, name_field: 'name', actions: ['read'], fields, layout: { highlights: [], sections: [], related: [] },
});
const contact: FieldMeta = {
  ...field('contact_id', 'lookup', 'contact'),
  proposed: {
    field: 'part.contact_id',
    where: { or: [{ field: 'account_id', op: '=', value: { from: 'deal.account_id' } }, { field: 'account.parent_id', op: '=', value: { from: 'deal.account_id' } }] },
    mark: 'account.name',
  },
};
const model = buildModel({
  version: 1,
  objects: [
    object('part', [contact, field('deal_id', 'master_detail', 'deal')]),
    object('deal', [field('name', 'text'), field('account_id', 'lookup', 'account')]),
    object('contact', [field('name', 'text'), field('account_id', 'lookup', 'account')]),
    object('account', [field('name', 'text'), field('parent_id', 'lookup', 'account')]),
  ],
});
const asking = { me: '1', timezone: 'UTC' };
const row = { id: '9', contact_id: '5', deal_id: '3', 'contact.account_id': '20', 'contact.account.parent_id': null, 'contact.account.name': 'Advisers', 'deal.account_id': '10' };

describe('a record that a lookup does not propose', () => {
  it('is marked with what the field says of it', () => {
    expect(beyondOf(model, contact, row, asking)).toBe('Advisers');
    expect(beyondOf(model, contact, { ...row, 'contact.account_id': '10' }, asking)).toBeNull();
    expect(beyondOf(model, contact, { ...row, 'contact.account.parent_id': '10' }, asking)).toBeNull();
  });

  it('is none where there is nothing to go by, or the row does not tell', () => {
    expect(beyondOf(model, contact, { ...row, 'deal.account_id': null }, asking)).toBeNull();
    expect(beyondOf(model, contact, { id: '9', contact_id: '5' }, asking)).toBeNull();
    expect(beyondOf(model, contact, { ...row, contact_id: null }, asking)).toBeNull();
  });

  it('is told by what a list reads beside the link, and the lookup box by what the form has', () => {
    expect(withNames(model, 'part', ['contact_id'])).toEqual(['contact_id', 'contact.name', 'contact.account_id', 'contact.account.parent_id', 'contact.account.name', 'deal_id', 'deal.account_id']);
    expect(givenTo(contact, { deal_id: '3', other: 'x' })).toEqual({ deal_id: '3' });
    expect(givenTo(contact, { deal_id: '' })).toEqual({});
  });
});
