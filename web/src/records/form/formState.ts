import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, LayoutSection, Row, Values } from '@/api/types';

/** The words that defaults may be, filled in by the server; the form shows them as blank. */
const SERVER_DEFAULTS = new Set(['$now', '$department']);

/** What a new record's form starts with: the literal defaults, today, me, and what the asking screen brings. */
export function startValues(object: ObjectModel, initial: Values, me: string, today: string): Values {
  const values: Values = {};
  for (const field of object.fields) {
    const given = field.default;
    if (given === null || given === undefined || field.system || SERVER_DEFAULTS.has(String(given))) continue;
    values[field.name] = given === '$user' ? me : given === '$today' ? today : given;
  }
  return { ...values, ...initial };
}

/** Blank is null, and a list without anything in it is blank. */
const plain = (value: unknown): unknown =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0) ? null : value;

export const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

/** What the person has changed against where the form started. */
export function changedValues(start: Values, now: Values): Values {
  return Object.fromEntries(
    Object.entries(now)
      .filter(([name, value]) => !sameValue(value, start[name]))
      .map(([name, value]) => [name, plain(value)]),
  );
}

const enterable = (field: FieldMeta | undefined): field is FieldMeta =>
  field !== undefined && !field.system && field.access === 'edit' && field.type !== 'auto_number';

export interface FormSection {
  section: LayoutSection | null;
  fields: FieldMeta[];
}

/** The layout's sections with the fields that this person may fill in, `given` not among them; required ones that no section shows come last. */
export function formSections(object: ObjectModel, editable: string[] | undefined, given?: string): FormSection[] {
  const may = editable && new Set(editable);
  const open = (name: string) => {
    const field = object.field(name);
    return enterable(field) && name !== given && (may?.has(name) ?? true) ? [field] : [];
  };
  const sections: FormSection[] = object.layout.sections
    .map((section) => ({ section, fields: section.fields.flatMap(open) }))
    .filter(({ fields }) => fields.length > 0);
  const shown = new Set(sections.flatMap(({ fields }) => fields.map(({ name }) => name)));
  const left = object.fields.filter((field) => (sections.length === 0 || field.required) && !shown.has(field.name));
  const rest = left.flatMap(({ name }) => open(name));
  return rest.length > 0 ? [...sections, { section: null, fields: rest }] : sections;
}

/** The required fields that are still blank. */
export const missingFields = (sections: FormSection[], values: Values): FieldMeta[] =>
  sections.flatMap(({ fields }) => fields).filter((field) => field.required && plain(values[field.name]) === null);

/** My changes that somebody else's newer version contradicts. */
export const contradicted = (start: Values, mine: Values, theirs: Values): string[] =>
  Object.keys(mine).filter((name) => !sameValue(theirs[name], start[name]) && !sameValue(theirs[name], mine[name]));

export const namesOf = (row: Row | undefined): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(row ?? {})
      .filter(([name]) => name.endsWith('.name'))
      .map(([name, value]) => [name.replace(/\.name$/, '_id'), value as string | null]),
  );
