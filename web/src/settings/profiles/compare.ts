import type { ObjectModel } from '@/api/metadata';
import type { FieldAccess } from '@/api/simulation';
import type { Action, FieldMeta } from '@/api/types';
import { ACTIONS, levelOf, limitable, NOTHING, type Rights } from './rights';

/** One thing in which two profiles differ on an object. */
export type Difference =
  | { kind: 'action'; action: Action; a: boolean; b: boolean }
  | { kind: 'menu'; a: boolean; b: boolean }
  | { kind: 'field'; field: FieldMeta; a: FieldAccess; b: FieldAccess };

/** What differs on one object. Fields are compared where both profiles show its records. */
export function differencesOn(object: ObjectModel, a: Rights, b: Rights): Difference[] {
  const [left, right] = [a[object.name] ?? NOTHING, b[object.name] ?? NOTHING];
  const known = object.grantable ?? [];
  const actions = ACTIONS.filter((action) => known.includes(action) && left.actions.has(action) !== right.actions.has(action));
  const found: Difference[] = actions.map((action) => ({ kind: 'action', action, a: left.actions.has(action), b: right.actions.has(action) }));
  if (!left.actions.has('read') || !right.actions.has('read')) return found;
  if (typeof object.navigation === 'number' && left.offMenu !== right.offMenu) found.push({ kind: 'menu', a: !left.offMenu, b: !right.offMenu });
  for (const field of limitable(object.fields)) {
    const [was, is] = [levelOf(left, field), levelOf(right, field)];
    if (was !== is) found.push({ kind: 'field', field, a: was, b: is });
  }
  return found;
}
