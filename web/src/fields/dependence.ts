/** Which options of a dependent field are offered, the same rule that the server holds: dougong/metadata/dependence.py. */
import { RECORD_TYPE } from '@/api/arrangement';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, Option, Values } from '@/api/types';

/** What the value of a controlling field is called by options. A blank yes-or-no counts as no. */
export function controllingValue(controller: FieldMeta, value: unknown): string | null {
  if (controller.type === 'boolean') return value === true ? 'true' : 'false';
  return typeof value === 'string' && value !== '' ? value : null;
}

export const isOffered = (option: Option, controlling: string | null): boolean =>
  !option.shown_for || (controlling !== null && option.shown_for.includes(controlling));

export const controllerOf = (object: ObjectModel, field: FieldMeta): FieldMeta | undefined =>
  field.controlled_by ? object.field(field.controlled_by) : undefined;

/** The fields that follow `name`, nearest first, through the whole chain. */
export function followersOf(object: ObjectModel, name: string, seen: readonly string[] = []): FieldMeta[] {
  const near = object.fields.filter((field) => field.controlled_by === name && !seen.includes(field.name));
  return [...near, ...near.flatMap((field) => followersOf(object, field.name, [...seen, name, field.name]))];
}

/** The values that decide which options other fields offer, null for what is blank: of fields that one may see. */
export function decidingValues(object: ObjectModel, values: Values): Values {
  const names = new Set([RECORD_TYPE, ...object.fields.map((field) => field.controlled_by)]);
  return Object.fromEntries(object.fields.filter(({ name }) => names.has(name)).map(({ name }) => [name, values[name] ?? null]));
}

/** `names` with the fields that they depend on or that follow them: what a list must read to offer the right options. */
export function withDependence(object: ObjectModel, names: string[]): string[] {
  const above = (name: string, seen: string[]): string[] => {
    const by = object.field(name)?.controlled_by;
    return by && !seen.includes(by) && object.field(by) ? [by, ...above(by, [...seen, by])] : [];
  };
  return [...new Set(names.flatMap((name) => [name, ...above(name, [name]), ...followersOf(object, name).map((f) => f.name)]))];
}

/** The field as it is to be filled in beside `values`: with the options that are offered, and the present one. */
export function offeredField(object: ObjectModel, field: FieldMeta, values: Values): FieldMeta {
  const controller = controllerOf(object, field);
  // Where the controlling value is not known, the server decides.
  if (!controller || !(controller.name in values)) return field;
  const controlling = controllingValue(controller, values[controller.name]);
  const held = values[field.name];
  const options = (field.options ?? []).filter((option) => isOffered(option, controlling) || option.value === held || (Array.isArray(held) && held.includes(option.value)));
  return { ...field, options };
}

/** The controlling field that has to be filled in before this one offers anything. */
export function waitsFor(object: ObjectModel, field: FieldMeta, values: Values): FieldMeta | undefined {
  const controller = controllerOf(object, field);
  if (!controller || controller.type === 'boolean' || controllingValue(controller, values[controller.name]) !== null) return undefined;
  return (field.options ?? []).some((option) => !option.shown_for) ? undefined : controller;
}

/** What else changes when `name` becomes what it is in `values`: the followers whose value is no longer offered. */
export function followed(object: ObjectModel, name: string, values: Values): Values {
  const changes: Values = {};
  for (const field of followersOf(object, name)) {
    const held = values[field.name];
    const controller = controllerOf(object, field);
    if (held === null || held === undefined || !controller) continue;
    const after = { ...values, ...changes };
    const controlling = controllingValue(controller, after[controller.name]);
    const fits = (value: unknown) => {
      const option = field.options?.find((one) => one.value === value);
      return option === undefined || isOffered(option, controlling);
    };
    const kept = (Array.isArray(held) ? held : [held]).filter(fits);
    if (kept.length < (Array.isArray(held) ? held.length : 1)) changes[field.name] = Array.isArray(held) && kept.length > 0 ? kept : null;
  }
  return changes;
}
