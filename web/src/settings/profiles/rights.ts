/** What a profile allows, as a value that is changed by pure functions: the matrix draws it, `batchesOf` stores it. */
import type { BatchBody } from '@/api/batch';
import type { FieldPermission, ObjectPermission, Permissions } from '@/api/profiles';
import type { FieldAccess } from '@/api/simulation';
import type { Action, FieldMeta, Values } from '@/api/types';

/** The order of the columns: from looking at one record to moving many. */
export const ACTIONS: Action[] = ['read', 'create', 'update', 'delete', 'transfer', 'share', 'lock', 'merge', 'bulk_edit', 'import', 'export', 'print'];

/** What an action cannot do without: who may edit may see (domain.md 1.3). */
export const NEEDS: Partial<Record<Action, Action>> = {
  update: 'read', delete: 'read', share: 'read', lock: 'read', export: 'read', print: 'read', transfer: 'update', bulk_edit: 'update', merge: 'update',
};

/** One object's share of a profile. Of fields only those that differ from the default, editable, are named. */
export interface ObjectRights {
  actions: ReadonlySet<Action>;
  offMenu: boolean;
  fields: Readonly<Record<string, FieldAccess>>;
}

export type Rights = Readonly<Record<string, ObjectRights>>;

export const NOTHING: ObjectRights = { actions: new Set(), offMenu: false, fields: {} };

export function rightsOf({ objects, fields }: Permissions): Rights {
  const rights: Record<string, ObjectRights> = {};
  const at = (object: string) => rights[object] ?? NOTHING;
  for (const { object_name: name, actions, off_menu: off } of objects) {
    rights[name] = { ...at(name), actions: new Set([...at(name).actions, ...(actions ?? [])]), offMenu: off === true };
  }
  for (const { object_name: name, field_name: field, level } of fields) {
    if (level !== 'edit') rights[name] = { ...at(name), fields: { ...at(name).fields, [field]: level } };
  }
  return rights;
}

/** The action with everything that it needs. */
function withNeeds(action: Action): Action[] {
  const needed = NEEDS[action];
  return needed ? [action, ...withNeeds(needed)] : [action];
}

/** The action of the object that holds this one, so that it cannot go alone. */
export const impliedBy = (rights: ObjectRights, action: Action): Action | undefined =>
  ACTIONS.find((other) => other !== action && rights.actions.has(other) && withNeeds(other).includes(action));

/** Allowing an action allows what it needs; forbidding one forbids what needs it. */
export function withAction(rights: ObjectRights, action: Action, allowed: boolean, known: readonly Action[]): ObjectRights {
  const actions = allowed
    ? [...rights.actions, ...withNeeds(action).filter((needed) => known.includes(needed))]
    : [...rights.actions].filter((held) => !withNeeds(held).includes(action));
  // What is not seen has no place in the navigation to lose.
  return { ...rights, actions: new Set(actions), offMenu: rights.offMenu && actions.includes('read') };
}

export function withField(rights: ObjectRights, field: string, level: FieldAccess): ObjectRights {
  const others = Object.entries(rights.fields).filter(([name]) => name !== field);
  return { ...rights, fields: Object.fromEntries(level === 'edit' ? others : [...others, [field, level]]) };
}

/** The levels that can be chosen for a field: the product keeps its own, and what must be filled in cannot be hidden. */
export function levelsOf(field: FieldMeta): FieldAccess[] {
  const fixed = field.required === true && (field.default === null || field.default === undefined) && field.type !== 'auto_number';
  return [...(fixed ? [] : ['hidden' as const]), 'read' as const, ...(field.system ? [] : ['edit' as const])];
}

/** The level that holds: the product's own fields are read at most. */
export function levelOf(rights: ObjectRights, field: FieldMeta): FieldAccess {
  const level = rights.fields[field.name] ?? 'edit';
  return level === 'edit' && field.system ? 'read' : level;
}

/** The fields of an object that a profile can limit. */
export const limitable = (fields: readonly FieldMeta[]): FieldMeta[] => fields.filter(({ name }) => name !== 'id' && name !== 'version');

const sorted = (actions: ReadonlySet<Action>): Action[] => [...actions].sort((a, b) => ACTIONS.indexOf(a) - ACTIONS.indexOf(b));

const sameObject = (a: ObjectRights, b: ObjectRights): boolean =>
  sorted(a.actions).join() === sorted(b.actions).join() && a.offMenu === b.offMenu;

const sameFields = (a: ObjectRights, b: ObjectRights): boolean =>
  [...new Set([...Object.keys(a.fields), ...Object.keys(b.fields)])].every((name) => a.fields[name] === b.fields[name]);

export const sameRights = (a: ObjectRights, b: ObjectRights): boolean => sameObject(a, b) && sameFields(a, b);

/** The objects on which two profiles, or two states of one, differ. */
export const differing = (a: Rights, b: Rights): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !sameRights(a[name] ?? NOTHING, b[name] ?? NOTHING));

/** What has to be written to get from what is stored to `wanted`; only what differs is written. */
export function batchesOf(profile: string, stored: Permissions, wanted: Rights): BatchBody[] {
  const before = rightsOf(stored);
  const changed = differing(before, wanted);
  const objects = new Plan<ObjectPermission>('object_permission');
  const fields = new Plan<FieldPermission>('field_permission');
  for (const name of changed) {
    const now = wanted[name] ?? NOTHING;
    const was = before[name] ?? NOTHING;
    if (!sameObject(was, now)) {
      const rows = stored.objects.filter((row) => row.object_name === name);
      const values = now.actions.size === 0 ? null : { actions: sorted(now.actions), off_menu: now.offMenu };
      objects.bring(rows, values, { profile_id: profile, object_name: name });
    }
    for (const field of new Set([...Object.keys(was.fields), ...Object.keys(now.fields)])) {
      if (was.fields[field] === now.fields[field]) continue;
      const rows = stored.fields.filter((row) => row.object_name === name && row.field_name === field);
      const level = now.fields[field];
      fields.bring(rows, level === undefined ? null : { level }, { profile_id: profile, object_name: name, field_name: field });
    }
  }
  return [...objects.batches(), ...fields.batches()];
}

/** The writes of one object that stores permissions. */
class Plan<R extends { id: string; version: number }> {
  private readonly created: { values: Values }[] = [];
  private readonly updated: { id: string; version: number; values: Values }[] = [];
  private readonly deleted: string[] = [];

  constructor(private readonly object: string) {}

  /** Brings what `rows` say to `values` (null: gone); one row stays, should there be several. */
  bring(rows: R[], values: Values | null, key: Values): void {
    const [first, ...others] = rows;
    this.deleted.push(...others.map((row) => row.id));
    if (values === null) {
      if (first) this.deleted.push(first.id);
    } else if (first) {
      this.updated.push({ id: first.id, version: first.version, values });
    } else {
      this.created.push({ values: { ...key, ...values } });
    }
  }

  batches(): BatchBody[] {
    const { object } = this;
    return [
      ...(this.deleted.length > 0 ? [{ object, action: 'delete' as const, ids: this.deleted }] : []),
      ...(this.updated.length > 0 ? [{ object, action: 'update' as const, rows: this.updated }] : []),
      ...(this.created.length > 0 ? [{ object, action: 'create' as const, rows: this.created }] : []),
    ];
  }
}
