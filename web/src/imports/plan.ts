/** What a person has decided about a file, and the mapping document that the server makes of it. */
import { offered, RECORD_TYPE, typesOf } from '@/api/arrangement';
import type { ImportColumn, ImportRun, OnDuplicate } from '@/api/imports';
import { isLink, targetOf, type Model, type ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { unknownTexts } from './choices';
import { dateForm, formatsOf, likelyForm, PLAIN } from './dates';
import { likelyNumberForm, numberForm } from './numbers';

/** A text of the file and what is imported in its place; undefined until that is decided, '' for a blank. */
export interface Replacement {
  from: string;
  to: string | undefined;
}

export type Blank = 'allow' | 'clear' | 'reject' | 'skip';

/** How one column is taken over. */
export interface ColumnPlan {
  /** A field, a part of one (`address.city`), or null for a column that stays out. */
  field: string | null;
  /** Links: the target's field that the cells hold. */
  by?: string;
  /** Links to several objects: the one that is meant. */
  object?: string;
  /** Dates: a key of dates.ts. */
  dates?: string;
  century?: number;
  /** Numbers: a key of numbers.ts. */
  numbers?: string;
  blank: Blank;
  values: Replacement[];
}

/** A field that no column gives: the same value for all rows, or one put together from columns. */
export interface ExtraField {
  field: string;
  kind: 'constant' | 'template';
  value: unknown;
}

export interface Plan {
  columns: Record<string, ColumnPlan>;
  extra: ExtraField[];
  onDuplicate: OnDuplicate;
  match: string[];
}

const NUMBERS = new Set<FieldMeta['type']>(['integer', 'decimal', 'currency', 'percent']);
const PARTS: Partial<Record<FieldMeta['type'], readonly string[]>> = {
  address: ['province', 'city', 'district', 'street', 'postcode'],
  location: ['latitude', 'longitude'],
};

export const partsOf = (field: FieldMeta): readonly string[] => PARTS[field.type] ?? [];

export const isNumeric = (field: FieldMeta): boolean => NUMBERS.has(field.type);

export const isDated = (field: FieldMeta): boolean => field.type === 'date' || field.type === 'datetime';

/** The field behind a choice: `address.city` is in `address`. */
export const fieldOf = (object: ObjectModel, path: string | null): FieldMeta | undefined =>
  path === null ? undefined : object.field(path.split('.')[0] ?? '');

/** What a cell can list of a record: the roles of a user (`user_role.role_id`), each becoming a part of it. */
export function listsOf(model: Model, object: ObjectModel): { path: string; field: FieldMeta }[] {
  return object.layout.related.flatMap((related) => {
    const child = related.parts ? model.object(related.object) : undefined;
    const links = child?.can('create') && child.can('import') ? child.fields.filter((field) => field.name !== related.field && targetOf(field) !== undefined && !field.system) : [];
    return links.map((field) => ({ path: `${related.object}.${field.name}`, field }));
  });
}

/** Whether a choice is a list of parts and no field. */
const isList = (object: ObjectModel, path: string): boolean => path.includes('.') && fieldOf(object, path) === undefined;

/** The fields that a file can fill. */
export const importable = (object: ObjectModel): FieldMeta[] =>
  object.fields.filter((field) => field.access === 'edit' && !field.system && field.type !== 'file' && field.type !== 'image');

const NAMING = new Set<string>(['text', 'email', 'phone', 'auto_number', 'integer', 'id']);

/** By which of its fields a record can be named in a file: the name first, then those that only one record can have. */
export function namingFields(target: ObjectModel): FieldMeta[] {
  const rank = (field: FieldMeta) => (field.name === target.name_field ? 0 : field.unique ? 1 : (field.type as string) === 'id' ? 3 : 2);
  return target.fields
    .filter((field) => field.name === target.name_field || (NAMING.has(field.type) && (!field.system || field.name === 'id') && field.name !== 'version'))
    .toSorted((a, b) => rank(a) - rank(b));
}

/** A column given to a field, with everything that its samples suggest. */
export function planColumn(model: Model, object: ObjectModel, path: string | null, column: ImportColumn): ColumnPlan {
  const plan: ColumnPlan = { field: path, blank: 'allow', values: [] };
  const field = fieldOf(object, path);
  if (!field || path?.includes('.')) return plan;
  if (isLink(field)) {
    const target = targetOf(field) ?? (field.targets?.length === 1 ? field.targets[0] : undefined);
    return { ...plan, object: field.type === 'polymorphic' ? target : undefined, by: model.object(target ?? '')?.name_field };
  }
  if (isDated(field)) return { ...plan, dates: likelyForm(column.samples), century: 2000 };
  if (isNumeric(field)) return { ...plan, numbers: likelyNumberForm(column.samples) };
  return { ...plan, values: unknownTexts(field, column.samples).map((from) => ({ from, to: undefined })) };
}

/** Begins with the server's guesses. Records are recognised by a field that only one of them can have, where the file has one. */
export function startPlan(model: Model, object: ObjectModel, columns: readonly ImportColumn[]): Plan {
  const fields = new Set(importable(object).map((field) => field.name));
  const planned = columns.map((column) => {
    const known = column.guess !== null && (fields.has(column.guess.split('.')[0] ?? '') || listsOf(model, object).some(({ path }) => path === column.guess));
    return [column.name, planColumn(model, object, known ? column.guess : null, column)] as const;
  });
  const unique = planned.map(([, plan]) => plan.field).find((path) => path !== null && object.field(path)?.unique);
  const plan: Plan = { columns: Object.fromEntries(planned), extra: [], onDuplicate: unique ? 'skip' : 'create', match: unique ? [unique] : [] };
  return { ...plan, extra: missingFields(object, plan).map((field) => ({ field: field.name, kind: startKind(object, field), value: null })) };
}

/** A name is put together from columns rather than the same for all. */
const startKind = (object: ObjectModel, field: FieldMeta): ExtraField['kind'] =>
  field.name === object.name_field && field.type === 'text' ? 'template' : 'constant';

/** Every field, or part of one, that something fills. */
export const filled = (plan: Plan): string[] => [
  ...Object.values(plan.columns).flatMap((column) => (column.field === null ? [] : [column.field])),
  ...plan.extra.map((extra) => extra.field),
];

/** Required fields that nothing fills. */
export function missingFields(object: ObjectModel, plan: Plan): FieldMeta[] {
  const given = new Set(filled(plan).map((path) => path.split('.')[0]));
  return importable(object).filter(
    (field) => field.required && (field.default === null || field.default === undefined) && field.type !== 'auto_number' && !given.has(field.name),
  );
}

/** The fields by which a record that exists already can be recognised: those that the file fills with one plain value. */
export function matchable(object: ObjectModel, plan: Plan): FieldMeta[] {
  const given = new Set(filled(plan));
  const composite = new Set<FieldMeta['type']>(['address', 'location', 'polymorphic', 'multi_select', 'rich_text', 'long_text']);
  return importable(object).filter((field) => given.has(field.name) && !composite.has(field.type));
}

const isEmpty = (extra: ExtraField): boolean => extra.value === null || extra.value === undefined || extra.value === '';

/** What still keeps the import from being tried. */
export type Obstacle =
  | { kind: 'nothing' }
  | { kind: 'missing' | 'unfilled'; field: FieldMeta }
  | { kind: 'object' | 'dates'; column: string }
  | { kind: 'match' };

export function obstacles(object: ObjectModel, plan: Plan): Obstacle[] {
  const found: Obstacle[] = [];
  const columns = Object.entries(plan.columns);
  if (columns.every(([, column]) => column.field === null)) found.push({ kind: 'nothing' });
  for (const [name, column] of columns) {
    const field = fieldOf(object, column.field);
    if (field?.type === 'polymorphic' && !column.object) found.push({ kind: 'object', column: name });
    if (field && isDated(field) && column.dates === undefined) found.push({ kind: 'dates', column: name });
  }
  if (plan.onDuplicate !== 'update') for (const field of missingFields(object, plan)) found.push({ kind: 'missing', field });
  for (const extra of plan.extra) {
    const field = object.field(extra.field);
    if (field && isEmpty(extra)) found.push({ kind: 'unfilled', field });
  }
  if (plan.onDuplicate !== 'create' && usedMatch(object, plan).length === 0) found.push({ kind: 'match' });
  return found;
}

/** The chosen match fields that the file still fills. */
export function usedMatch(object: ObjectModel, plan: Plan): string[] {
  const possible = new Set(matchable(object, plan).map((field) => field.name));
  return plan.match.filter((name) => possible.has(name));
}

function columnRule(object: ObjectModel, column: ColumnPlan): unknown {
  const field = fieldOf(object, column.field);
  const values = Object.fromEntries(column.values.flatMap(({ from, to }) => (to === undefined ? [] : [[from, to]])));
  const rule: Record<string, unknown> = {};
  if (Object.keys(values).length > 0) rule.values = values;
  // A column may be corrected for the templates that use it, and fill no field itself.
  if (column.field !== null && isList(object, column.field)) return column.field;
  if (!field || column.field === null) return rule.values === undefined ? null : rule;
  rule.field = column.field;
  if (isLink(field) && column.by) rule.by = column.by;
  if (field.type === 'polymorphic') rule.object = column.object;
  const form = column.dates === undefined || column.dates === PLAIN ? undefined : dateForm(column.dates);
  if (isDated(field) && form) {
    rule.dates = formatsOf(form, field.type === 'datetime');
    if (form.short) rule.century = column.century ?? 2000;
  }
  const numbers = isNumeric(field) ? numberForm(column.numbers ?? 'plain') : undefined;
  if (numbers && numbers.key !== 'plain') {
    rule.decimal = numbers.decimal;
    if (numbers.thousands) rule.thousands = numbers.thousands;
  }
  if (column.blank !== 'allow') rule.blank = column.blank;
  return Object.keys(rule).length === 1 ? column.field : rule;
}

/** The type of every record that is made; undefined where the file says it row by row, or records that are there keep theirs. */
function typeOfAll(object: ObjectModel, plan: Plan): string | null | undefined {
  if (plan.onDuplicate === 'update' || Object.values(plan.columns).some(({ field }) => field === RECORD_TYPE)) return undefined;
  const extra = plan.extra.find(({ field }) => field === RECORD_TYPE);
  if (!extra) return object.preselected_type;
  return extra.kind === 'constant' && typeof extra.value === 'string' ? extra.value : undefined;
}

/** The object as this import sees it: where all records are of one type, with the options of that type alone. */
export function ofItsType(object: ObjectModel, plan: Plan): ObjectModel {
  const type = typesOf(object).length > 0 ? typeOfAll(object, plan) : undefined;
  if (!type) return object;
  const fields = object.fields.map((field) => {
    const found = offered(object, field, { [RECORD_TYPE]: type });
    return found === field ? field : { ...found, options: found.options?.filter(({ active }) => active !== false) };
  });
  const byName = new Map(fields.map((field) => [field.name, field]));
  return { ...object, fields, field: (name) => byName.get(name) };
}

/** The request that tries or runs the import. */
export function runOf(object: ObjectModel, plan: Plan, dryRun: boolean): ImportRun {
  const columns: Record<string, unknown> = {};
  const ignored: string[] = [];
  for (const [name, column] of Object.entries(plan.columns)) {
    const rule = columnRule(object, column);
    columns[name] = rule;
    if (column.field === null && rule !== null) ignored.push(name);
  }
  return {
    mapping: {
      columns,
      fields: Object.fromEntries(plan.extra.filter((extra) => !isEmpty(extra)).map((extra) => [extra.field, { [extra.kind]: extra.value }])),
      ...(ignored.length > 0 ? { ignore: ignored } : {}),
    },
    dry_run: dryRun,
    on_duplicate: plan.onDuplicate,
    match: plan.onDuplicate === 'create' ? [] : usedMatch(object, plan),
  };
}

/** Puts a replacement for `from` into a column's plan, in the place of an earlier one. */
export function withValue(column: ColumnPlan, from: string, to: string | undefined): ColumnPlan {
  const at = column.values.findIndex((value) => value.from === from);
  return { ...column, values: at < 0 ? [...column.values, { from, to }] : column.values.with(at, { from, to }) };
}
