import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, FilterJson, OrderBy } from '@/api/types';

const BROAD = new Set<FieldMeta['type']>(['long_text', 'rich_text', 'address', 'location', 'file', 'image']);
const COLUMNS = 8;

/** Columns for a list that no view describes: what the object says; else the name, what the layout puts first, and whose it is. */
export function defaultColumns(object: ObjectModel): string[] {
  if (object.columns?.list?.length) return object.columns.list;
  const laidOut = [...(object.stage_field ? [object.stage_field] : []), ...object.layout.highlights, ...object.layout.sections.flatMap((section) => section.fields)];
  const usable = laidOut.filter((path) => {
    const field = object.field(path);
    return field !== undefined && !BROAD.has(field.type);
  });
  const fallback = object.fields.filter((f) => !f.system && !BROAD.has(f.type)).map((f) => f.name);
  const names = new Set([object.name_field, ...(usable.length > 0 ? usable : fallback)]);
  names.delete('owner_id');
  const columns = [...names].slice(0, COLUMNS - 2);
  for (const last of ['owner_id', 'updated_at']) if (object.field(last) && !columns.includes(last)) columns.push(last);
  return columns;
}

/** Newest first. */
export const DEFAULT_SORT: OrderBy[] = [{ field: 'id', descending: true }];

const TEXT_FIELDS = 5;

/** The quick filter: the text in the name, in either language where it has both, or another searchable text of the record itself. */
export function textFilter(object: ObjectModel, text: string): FilterJson | null {
  const sought = text.trim();
  if (sought === '') return null;
  const fields = object.fields
    .filter((f) => (f.name === object.name_field || f.name === `${object.name_field}_en` || f.searchable) && f.operators.includes('contains'))
    .slice(0, TEXT_FIELDS);
  const conditions = fields.map((f): FilterJson => ({ field: f.name, op: 'contains', value: sought }));
  if (conditions.length === 0) return null;
  return conditions.length === 1 ? (conditions[0] ?? null) : { or: conditions };
}
