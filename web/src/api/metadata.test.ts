import { describe, expect, it } from 'vitest';
import { buildModel, namePath, withNames } from './metadata';
import type { FieldMeta, ObjectMeta } from './types';

const label = { zh: '', en: '' };
const field = (name: string, type: FieldMeta['type'], target?: string): FieldMeta => ({ name, type, target, label, access: 'read', operators: [] });
const object = (name: string, fields: FieldMeta[]): ObjectMeta => ({
  name, label, plural: label, name_field: 'name', actions: ['read', 'create'], fields, layout: { highlights: [], sections: [], related: [] },
});
const model = buildModel({
  version: 3,
  objects: [
    object('opportunity', [field('name', 'text'), field('account_id', 'lookup', 'account'), field('owner_id', 'user'), field('related_id', 'polymorphic')]),
    object('account', [field('name', 'text'), field('industry', 'select'), field('owner_id', 'user')]),
    object('user', [field('name', 'text')]),
    object('role', [{ ...field('name', 'text'), english: 'name_en' }, field('name_en', 'text')]),
    object('user_role', [field('role_id', 'lookup', 'role'), field('user_id', 'user')]),
  ],
});

describe('the model', () => {
  it('walks dotted paths through lookups and people', () => {
    expect(model.fieldAt('opportunity', 'account.industry')?.type).toBe('select');
    expect(model.fieldAt('opportunity', 'account.owner.name')?.type).toBe('text');
    expect(model.fieldAt('opportunity', 'account.owner_id')?.type).toBe('user');
  });

  it('does not know hidden or unknown steps', () => {
    expect(model.fieldAt('opportunity', 'account.secret')).toBeUndefined();
    expect(model.fieldAt('opportunity', 'nowhere.name')).toBeUndefined();
    expect(model.fieldAt('nothing', 'name')).toBeUndefined();
  });

  it('asks for the name of each link beside it', () => {
    expect(namePath('account.owner_id')).toBe('account.owner.name');
    expect(withNames(model, 'opportunity', ['name', 'account_id', 'account.owner_id', 'related_id'])).toEqual([
      'name', 'account_id', 'account.name', 'account.owner_id', 'account.owner.name', 'related_id', 'related.name',
    ]);
  });

  it('asks for the English of what has it', () => {
    expect(withNames(model, 'role', ['name'])).toEqual(['name', 'name_en']);
    expect(withNames(model, 'user_role', ['role_id', 'user_id'])).toEqual(['role_id', 'role.name', 'role.name_en', 'user_id', 'user.name']);
  });

  it('knows what the reader may do', () => {
    expect(model.object('account')?.can('create')).toBe(true);
    expect(model.object('account')?.can('delete')).toBe(false);
  });
});
