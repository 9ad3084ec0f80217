/** The ways in which the records of an object can be shown, and which fields each of them goes by. */
import type { ObjectModel } from './metadata';
import type { FieldMeta } from './types';

export const KINDS = ['list', 'kanban', 'calendar', 'map'] as const;
export type ViewKind = (typeof KINDS)[number];

/** What a view keeps beside its columns: names of fields. A null takes a field away that would be there by default. */
export interface Display {
  /** Kanban: the select by which records stand in columns. */
  group?: string;
  /** Kanban, map: the amount that is summed up. */
  amount?: string | null;
  /** Calendar: when it is, or begins. */
  start?: string;
  /** Calendar: when it ends. */
  end?: string | null;
  /** Calendar: the select that colours the entries. */
  color?: string | null;
  /** Map: the address or point. */
  place?: string;
}

const ofTypes = (object: ObjectModel, ...types: FieldMeta['type'][]): FieldMeta[] =>
  object.fields.filter((field) => types.includes(field.type) && !field.system);

export const groupFields = (object: ObjectModel): FieldMeta[] => ofTypes(object, 'select');
export const amountFields = (object: ObjectModel): FieldMeta[] => ofTypes(object, 'currency', 'decimal', 'integer');
export const dateFields = (object: ObjectModel): FieldMeta[] => ofTypes(object, 'date', 'datetime');
export const placeFields = (object: ObjectModel): FieldMeta[] => ofTypes(object, 'address', 'location');

/** The kinds that the fields of the object allow. */
export const kindsOf = (object: ObjectModel): ViewKind[] => [
  'list',
  ...(groupFields(object).length > 0 ? ['kanban' as const] : []),
  ...(dateFields(object).length > 0 ? ['calendar' as const] : []),
  ...(placeFields(object).length > 0 ? ['map' as const] : []),
];

const named = (fields: FieldMeta[], name: string | null | undefined): FieldMeta | undefined => fields.find((field) => field.name === name);

/** `given` where it names fields that fit, else what suits the object best. */
export function displayOf(object: ObjectModel, given: Display | null | undefined): Display {
  const groups = groupFields(object);
  const dates = dateFields(object);
  const places = placeFields(object);
  const chosen = given ?? {};
  const optional = (fields: FieldMeta[], wanted: string | null | undefined, usual: string | null | undefined): string | null =>
    wanted === null ? null : (named(fields, wanted) ?? named(fields, usual))?.name ?? null;
  const start = named(dates, chosen.start) ?? dates.find((field) => /^(start|begin|due|plan|close)/.test(field.name)) ?? dates[0];
  const group = named(groups, chosen.group) ?? named(groups, object.stage_field) ?? named(groups, 'status') ?? groups[0];
  return {
    group: group?.name,
    amount: optional(amountFields(object), chosen.amount, object.amount_field),
    start: start?.name,
    end: optional(dates.filter((field) => field.type === start?.type && field !== start), chosen.end, dates.find((field) => /^end/.test(field.name) && field !== start)?.name),
    color: optional(groups, chosen.color, group?.name),
    place: (named(places, chosen.place) ?? places[0])?.name,
  };
}

export const isKind = (text: unknown): text is ViewKind => KINDS.includes(text as ViewKind);
