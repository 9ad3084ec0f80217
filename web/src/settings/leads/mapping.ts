/** The mapping of leads as a table: by target object and lead field the target fields that it fills. */
import type { BatchBody } from '@/api/batch';
import type { FieldMeta, FieldType, Row } from '@/api/types';

export const TARGETS = ['account', 'contact', 'opportunity'] as const;
export type Target = (typeof TARGETS)[number];

/** By `target.field` the lead field that fills it. */
export type Mapping = Record<string, string>;

export const mappingOf = (rows: Row[]): Mapping => Object.fromEntries(rows.map((row) => [`${String(row.object_name)}.${String(row.field_name)}`, String(row.source_field)]));

export const targetsOf = (mapping: Mapping, target: Target, source: string): string[] =>
  Object.entries(mapping).filter(([place, from]) => from === source && place.startsWith(`${target}.`)).map(([place]) => place.slice(target.length + 1));

export function withTargets(mapping: Mapping, target: Target, source: string, fields: string[]): Mapping {
  const kept = Object.entries(mapping).filter(([place, from]) => from !== source || !place.startsWith(`${target}.`));
  return { ...Object.fromEntries(kept), ...Object.fromEntries(fields.map((field) => [`${target}.${field}`, source])) };
}

const NEVER = new Set<FieldType>(['file', 'image', 'auto_number', 'id']);
const WORDS = new Set<FieldType>(['text', 'long_text', 'email', 'phone', 'url', 'auto_number']);
const BECOMES: Partial<Record<FieldType, FieldType[]>> = { integer: ['decimal', 'currency', 'percent'], decimal: ['currency', 'percent'], select: ['multi_select'] };

/** Whether the kinds fit; lengths and options the server compares when the mapping is saved. */
export function mayFit(source: FieldMeta, target: FieldMeta): boolean {
  if (NEVER.has(target.type) || source.type === 'file' || source.type === 'image') return false;
  if ((target.type === 'text' || target.type === 'long_text') && WORDS.has(source.type)) return true;
  if (source.type !== target.type) return BECOMES[source.type]?.includes(target.type) ?? false;
  if (source.type === 'select' || source.type === 'multi_select') {
    const offered = new Set(target.options?.map((option) => option.value));
    return source.options?.every((option) => offered.has(option.value)) ?? false;
  }
  return source.target === target.target;
}

/** What takes the stored lines to the mapping, in one transaction. */
export function batchesOf(rows: Row[], mapping: Mapping): BatchBody[] {
  const place = (row: Row) => `${String(row.object_name)}.${String(row.field_name)}`;
  const stored = new Set(rows.map(place));
  const gone = rows.filter((row) => !(place(row) in mapping)).map((row) => row.id);
  const moved = rows.filter((row) => place(row) in mapping && mapping[place(row)] !== row.source_field);
  const fresh = Object.entries(mapping).filter(([at]) => !stored.has(at));
  const split = (at: string) => ({ object_name: at.slice(0, at.indexOf('.')), field_name: at.slice(at.indexOf('.') + 1) });
  const object = 'lead_mapping';
  return [
    ...(gone.length > 0 ? [{ object, action: 'delete' as const, ids: gone }] : []),
    ...(moved.length > 0 ? [{ object, action: 'update' as const, rows: moved.map((row) => ({ id: row.id, version: row.version, values: { source_field: mapping[place(row)] } })) }] : []),
    ...(fresh.length > 0 ? [{ object, action: 'create' as const, rows: fresh.map(([at, source]) => ({ values: { ...split(at), source_field: source } })) }] : []),
  ];
}
