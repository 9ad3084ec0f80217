import { describe, expect, it } from 'vitest';
import type { Permissions } from '@/api/profiles';
import type { Action, FieldMeta } from '@/api/types';
import { ACTIONS, batchesOf, differing, impliedBy, levelOf, levelsOf, NOTHING, rightsOf, withAction, withField, type Rights } from './rights';

const stored: Permissions = {
  objects: [
    { id: '1', version: 3, object_name: 'account', actions: ['read', 'update'], off_menu: false },
    { id: '2', version: 1, object_name: 'product', actions: ['read'], off_menu: null },
  ],
  fields: [
    { id: '7', version: 1, object_name: 'account', field_name: 'level', level: 'read' },
    { id: '8', version: 1, object_name: 'account', field_name: 'phone', level: 'edit' },
  ],
};
const base = rightsOf(stored);
const account = base.account ?? NOTHING;
const actions = (rights: { actions: ReadonlySet<Action> }) => ACTIONS.filter((action) => rights.actions.has(action));
const changed = (object: string, rights: Rights[string]): Rights => ({ ...base, [object]: rights });
const field = (given: Partial<FieldMeta>): FieldMeta =>
  ({ name: 'name', type: 'text', label: { zh: '', en: '' }, access: 'edit', operators: [], ...given });

describe('the rights of a profile', () => {
  it('are read from what is stored, the default levels left out', () => {
    expect(actions(account)).toEqual(['read', 'update']);
    expect(account.fields).toEqual({ level: 'read' });
  });

  it('bring along what an action needs, as far as the object knows it', () => {
    expect(actions(withAction(NOTHING, 'transfer', true, ACTIONS))).toEqual(['read', 'update', 'transfer']);
    expect(actions(withAction(NOTHING, 'update', true, ['update']))).toEqual(['update']);
    expect(impliedBy(account, 'read')).toBe('update');
    expect(impliedBy(account, 'update')).toBeUndefined();
  });

  it('lose with an action what cannot be without it', () => {
    const full = withAction(withAction(account, 'transfer', true, ACTIONS), 'import', true, ACTIONS);
    expect(actions(withAction(full, 'update', false, ACTIONS))).toEqual(['read', 'import']);
    expect(actions(withAction(full, 'read', false, ACTIONS))).toEqual(['import']);
  });

  it('differ where an action, the menu or a field differs, and nowhere after a change and back', () => {
    const there = withField(withAction(account, 'delete', true, ACTIONS), 'phone', 'hidden');
    expect(differing(base, changed('account', there))).toEqual(['account']);
    const back = withField(withAction(there, 'delete', false, ACTIONS), 'phone', 'edit');
    expect(differing(base, changed('account', back))).toEqual([]);
    expect(batchesOf('9', stored, changed('account', back))).toEqual([]);
  });

  it('are stored by the fewest writes, with the versions that were seen', () => {
    const wanted: Rights = {
      account: withField(withField({ ...account, offMenu: true }, 'level', 'edit'), 'phone', 'hidden'),
      contact: withAction(NOTHING, 'create', true, ACTIONS),
    };
    expect(batchesOf('9', stored, wanted)).toEqual([
      { object: 'object_permission', action: 'delete', ids: ['2'] },
      { object: 'object_permission', action: 'update', rows: [{ id: '1', version: 3, values: { actions: ['read', 'update'], off_menu: true } }] },
      { object: 'object_permission', action: 'create', rows: [{ values: { profile_id: '9', object_name: 'contact', actions: ['create'], off_menu: false } }] },
      { object: 'field_permission', action: 'delete', ids: ['7'] },
      { object: 'field_permission', action: 'update', rows: [{ id: '8', version: 1, values: { level: 'hidden' } }] },
    ]);
  });

  it('never hide what must be filled in, and never give the fields that the product keeps', () => {
    expect(levelsOf(field({ required: true }))).toEqual(['read', 'edit']);
    expect(levelsOf(field({ required: true, default: 'x' }))).toEqual(['hidden', 'read', 'edit']);
    expect(levelsOf(field({ system: true }))).toEqual(['hidden', 'read']);
    expect(levelOf(NOTHING, field({ system: true }))).toBe('read');
  });
});
