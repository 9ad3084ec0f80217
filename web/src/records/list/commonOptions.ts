/** What many records of an object can be given at once: options that each of them offers, by its type and by what decides about them. */
import { offered, typesOf } from '@/api/arrangement';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, Option, RecordTypeMeta, Row } from '@/api/types';
import { offeredField } from '@/fields';

const usable = (options: Option[] | undefined): Option[] => (options ?? []).filter(({ active }) => active !== false);

/** The field with the options that each of the records offers. */
export function commonOptions(object: ObjectModel, field: FieldMeta, rows: Row[]): FieldMeta {
  if (!field.options || (!field.controlled_by && typesOf(object).length === 0)) return field;
  const lists = rows.map((row) => {
    const typed = offered(object, field, row);
    const fit = field.controlled_by ? new Set(offeredField(object, field, { ...row, [field.name]: null }).options?.map(({ value }) => value)) : undefined;
    return new Set(usable(typed.options).map(({ value }) => value).filter((value) => fit?.has(value) ?? true));
  });
  return { ...field, options: field.options.filter((option) => lists.every((list) => list.has(option.value))) };
}

/** Where the records are of several types: which of these do not offer which options of the field. Of one type there is nothing to say. */
export function forbiddenBy(object: ObjectModel, field: FieldMeta, rows: Row[]): { type: RecordTypeMeta; options: Option[] }[] {
  const types = typesOf(object).filter(({ name }) => rows.some((row) => row.record_type === name));
  if (types.length < 2) return [];
  return types.flatMap((type) => {
    const allowed = type.options[field.name];
    const options = allowed ? usable(field.options).filter(({ value }) => !allowed.includes(value)) : [];
    return options.length > 0 ? [{ type, options }] : [];
  });
}
