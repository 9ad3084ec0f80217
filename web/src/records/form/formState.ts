import { layoutOf, marked, offered, RECORD_TYPE, typeOf, typesOf } from '@/api/arrangement';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, FilterJson, LayoutSection, Row, Values } from '@/api/types';

/** The words that defaults may be, filled in by the server; the form shows them as blank. */
const SERVER_DEFAULTS = new Set(['$now', '$department']);

/** What a new record's form starts with: the defaults of its type and its fields, today, me, and what the asking screen brings. */
export function startValues(object: ObjectModel, initial: Values, me: string, today: string): Values {
  const values: Values = {};
  const own: Values = typesOf(object).length > 0 ? { [RECORD_TYPE]: initial[RECORD_TYPE] ?? object.preselected_type } : {};
  const defaults: Values = { ...typeOf(object, own)?.defaults, ...own };
  for (const field of object.fields) {
    const given = defaults[field.name] ?? field.default;
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

const NONE: ReadonlySet<string> = new Set();

const enterable = (field: FieldMeta | undefined): field is FieldMeta =>
  field !== undefined && !field.system && field.access === 'edit' && field.type !== 'auto_number';

export interface FormSection {
  section: LayoutSection | null;
  fields: FieldMeta[];
  /** Shown, not entered: the layout says so. */
  fixed?: string[];
}

/** What decides how a form looks besides its object. */
export interface FormView {
  /** The fields that this person may fill in; all that are open, where it is a new record. */
  editable?: string[];
  /** The field by which a part hangs on its whole: it is not asked for. */
  given?: string;
  values: Values;
  /** What the stage that was chosen cannot be without, whatever object and layout say. */
  demanded?: ReadonlySet<string>;
  /** Decides whether a section is there. */
  meets?: (condition: FilterJson) => boolean;
}

/**
 * The sections of the layout that is for these values, with the fields that this person may fill in; fields that the
 * object or the chosen stage requires and no section has come last. Options, and what must be filled in, are those of type and layout.
 */
export function formSections(object: ObjectModel, { editable, given, values, demanded = NONE, meets = () => true }: FormView): FormSection[] {
  const may = editable && new Set(editable);
  const layout = layoutOf(object, values);
  const visible = layout.sections.filter(({ visible_when: condition }) => !condition || meets(condition));
  // A new record that cannot be without a value must be given one, wherever the layout only shows it.
  const needed = (field: FieldMeta) => editable === undefined && field.required && (field.default ?? null) === null;
  const open = (name: string) => {
    const field = object.field(name);
    if (!enterable(field) || name === given || !(may?.has(name) ?? true)) return [];
    const found = offered(object, field, values);
    return [demanded.has(name) ? { ...found, required: true } : found];
  };
  const sections: FormSection[] = visible
    .map((section) => {
      const fields = section.fields.flatMap(open);
      const asked = fields.map((field) => (marked(section, 'required', field.name) ? { ...field, required: true } : field));
      const fixed = fields.filter((field) => marked(section, 'read_only', field.name) && !needed(field)).map(({ name }) => name);
      // Of a new record there is nothing yet that could only be shown.
      return { section, fields: editable ? asked : asked.filter(({ name }) => !fixed.includes(name)), fixed };
    })
    .filter(({ fields }) => fields.length > 0);
  const shown = new Set(visible.flatMap(({ fields }) => fields));
  // The type of a new record is chosen before its form.
  const left = object.fields.filter((field) => (sections.length === 0 || field.required || demanded.has(field.name)) && !shown.has(field.name) && field.name !== RECORD_TYPE);
  const rest = left.flatMap(({ name }) => open(name));
  return rest.length > 0 ? [...sections, { section: null, fields: rest }] : sections;
}

/** The fields that stand only in sections which these values leave out: what was typed into them is not meant. */
export function leftOut(object: ObjectModel, values: Values, meets: (condition: FilterJson) => boolean): Set<string> {
  const { sections } = layoutOf(object, values);
  const there = ({ visible_when: condition }: LayoutSection) => !condition || meets(condition);
  return new Set(sections.filter((section) => !there(section)).flatMap(({ fields }) => fields));
}

/** The fields that are entered: what the layout only shows is not among them. */
export const enteredFields = (sections: FormSection[]): FieldMeta[] =>
  sections.flatMap(({ fields, fixed }) => fields.filter(({ name }) => !fixed?.includes(name)));

/** The required fields that are still blank, and that nothing will fill in. */
export const missingFields = (sections: FormSection[], values: Values): FieldMeta[] =>
  enteredFields(sections).filter((field) => field.required && !field.computed_default && plain(values[field.name]) === null);

/** My changes that somebody else's newer version contradicts. */
export const contradicted = (start: Values, mine: Values, theirs: Values): string[] =>
  Object.keys(mine).filter((name) => !sameValue(theirs[name], start[name]) && !sameValue(theirs[name], mine[name]));

export const namesOf = (row: Row | undefined): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(row ?? {})
      .filter(([name]) => name.endsWith('.name'))
      .map(([name, value]) => [name.replace(/\.name$/, '_id'), value as string | null]),
  );
