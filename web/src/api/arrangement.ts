/** What a record's type means for screens: its layout, what it lets one choose, what a new record starts with. */
import type { ObjectModel } from './metadata';
import type { FieldMeta, LayoutMeta, LayoutSection, ObjectMeta, RecordTypeMeta, Values } from './types';

export const RECORD_TYPE = 'record_type';

type Typed = Pick<ObjectMeta, 'record_types'>;

export const typesOf = (object: Typed): RecordTypeMeta[] => object.record_types ?? [];

export const creatableTypes = (object: Typed): RecordTypeMeta[] => typesOf(object).filter(({ creatable }) => creatable);

/** The type of a record; undefined where the object has none or the reader may not see it. */
export const typeOf = (object: Typed, values: Values): RecordTypeMeta | undefined =>
  typesOf(object).find(({ name }) => name === values[RECORD_TYPE]);

export const layoutOf = (object: Pick<ObjectMeta, 'layout' | 'layouts'>, values: Values): LayoutMeta =>
  object.layouts?.find(({ record_types }) => record_types.includes(String(values[RECORD_TYPE]))) ?? object.layout;

/** The field as the type of the record offers it: other options are there for values that stand, and are not offered. */
export function offered(object: Typed, field: FieldMeta, values: Values): FieldMeta {
  if (field.name === RECORD_TYPE) return onlyOptions(field, creatableTypes(object).map(({ name }) => name));
  const subset = typeOf(object, values)?.options[field.name];
  return subset ? onlyOptions(field, subset) : field;
}

const onlyOptions = (field: FieldMeta, values: string[]): FieldMeta => ({
  ...field,
  options: field.options?.map((option) => (values.includes(option.value) ? option : { ...option, active: false })),
});

export type Mark = 'required' | 'read_only';

export const marked = (section: LayoutSection | null, mark: Mark, name: string): boolean => section?.[mark]?.includes(name) ?? false;

/** Whether the layout of the record says this of the field. */
export const markedIn = (layout: LayoutMeta, mark: Mark, name: string): boolean => layout.sections.some((section) => marked(section, mark, name));

/** The values of a record that its type, or the one that it is to have, does not offer, by field. */
export function unfitting(object: ObjectModel, type: RecordTypeMeta, values: Values): FieldMeta[] {
  return Object.entries(type.options).flatMap(([name, allowed]) => {
    const field = object.field(name);
    const held = values[name];
    const chosen = Array.isArray(held) ? held : held === null || held === undefined || held === '' ? [] : [held];
    return field && chosen.some((value) => !allowed.includes(String(value))) ? [field] : [];
  });
}
