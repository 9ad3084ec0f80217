/** The dialog of a conversion as data: what it asks, and what it sends. */
import { creatableTypes, offered, RECORD_TYPE } from '@/api/arrangement';
import type { Hit } from '@/api/duplicates';
import type { Problem } from '@/api/errors';
import { TARGETS, type Conversion, type Target, type Wish, type Wished } from '@/api/leads';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, Values } from '@/api/types';
import type { FormSection } from '@/records/form';

/** What the dialog asks first, beside what is required. */
const ASKED: Record<Target, readonly string[]> = {
  account: ['name'],
  contact: ['name', 'title', 'mobile'],
  opportunity: ['name', RECORD_TYPE, 'type', 'stage', 'amount', 'close_date'],
};

/** Set by the conversion itself. */
const SET: Record<Target, readonly string[]> = {
  account: ['owner_id', 'department_id'],
  contact: ['account_id', 'owner_id', 'department_id'],
  opportunity: ['account_id', 'contact_id', 'owner_id', 'department_id'],
};

export interface Part {
  /** Make a new record; else `id` is chosen. */
  fresh: boolean;
  id: string | null;
  values: Values;
  /** What nobody has is left where it lies; else it is taken with the conversion. */
  left?: boolean;
}

export interface Draft {
  account: Part;
  contact: Part | null;
  opportunity: Part | null;
  owner: string;
}

/** What decides what is asked of a new record. */
export interface Asking {
  /** What the mapping took from the lead. */
  carried: Values;
  values: Values;
  /** What the stage that was chosen cannot be without. */
  demanded: ReadonlySet<string>;
}

export function fieldsAsked(object: ObjectModel, target: Target, { carried, values, demanded }: Asking): { asked: FieldMeta[]; others: FieldMeta[] } {
  const fillable = (field: FieldMeta) => field.access === 'edit' && !field.system && field.type !== 'auto_number' && !field.computed && !SET[target].includes(field.name);
  const open = object.fields.filter(fillable).map((field) => {
    const found = offered(object, field, values);
    return demanded.has(field.name) ? { ...found, required: true } : found;
  });
  const several = creatableTypes(object).length > 1;
  const needed = (field: FieldMeta) => field.required === true && (field.default ?? null) === null && !field.computed_default && !SET[target].includes(field.name);
  const first = ASKED[target].filter((name) => name !== RECORD_TYPE || several);
  const asked = [
    ...first.map((name) => open.find((field) => field.name === name)).filter((field) => field !== undefined),
    ...open.filter((field) => (needed(field) || demanded.has(field.name)) && !ASKED[target].includes(field.name)),
  ];
  const names = new Set(asked.map((field) => field.name));
  return { asked, others: open.filter((field) => (carried[field.name] ?? null) !== null && !names.has(field.name)) };
}

/** What a new record starts with, without what only the product gives. */
export const openValues = (object: ObjectModel, values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name]) => object.field(name)?.access === 'edit'));

/** Whether the form of a record to be made has this field, so that what is wrong with it stands there. */
export function asksFor(object: ObjectModel | undefined, target: Target, asking: Asking, name: string): boolean {
  if (!object) return false;
  const { asked, others } = fieldsAsked(object, target, asking);
  return [...asked, ...others].some((field) => field.name === name);
}

export const section = (fields: FieldMeta[]): FormSection[] => [{ section: null, fields }];

/** Values without what is blank. */
export const plain = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)));

const wished = (part: Part, take?: string): Wished => (part.fresh || part.id === null ? { values: plain(part.values) } : { id: part.id, ...(take !== undefined && !part.left ? { take } : {}) });

/** `take`: the action by which the account that was chosen can be taken, where nobody has it. */
export const wishOf = (draft: Draft, me: string, take?: string): Wish => ({
  account: wished(draft.account, take),
  contact: draft.contact && wished(draft.contact),
  opportunity: draft.opportunity && wished(draft.opportunity),
  owner_id: draft.owner === me ? null : draft.owner,
});

/** The fields of each new record that are demanded, by it or by its stage, and blank, as `object.field`. */
export function missingIn(draft: Draft, object: (target: Target) => ObjectModel | undefined, demanded: (target: Target) => ReadonlySet<string>): [string, FieldMeta][] {
  return (['account', 'contact', 'opportunity'] as const).flatMap((target) => {
    const part = draft[target];
    const model = object(target);
    if (!part?.fresh || !model) return [];
    const { asked } = fieldsAsked(model, target, { carried: part.values, values: part.values, demanded: demanded(target) });
    const blank = (value: unknown) => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
    return asked.filter((field) => field.required && (field.default ?? null) === null && blank(part.values[field.name])).map((field): [string, FieldMeta] => [`${target}.${field.name}`, field]);
  });
}

/** What the dialog starts with: everything new, as far as one may make it. */
export function startDraft(found: Conversion, starts: Record<Target, Values>, me: string): Draft {
  const part = (target: Target): Part => ({ fresh: found.creatable[target], id: null, values: { ...starts[target], ...found.values[target] } });
  return {
    account: part('account'),
    contact: found.creatable.contact ? part('contact') : null,
    opportunity: found.creatable.opportunity ? part('opportunity') : null,
    owner: me,
  };
}

/** An account that there is, or a new one: with another account goes another choice of contacts. */
export function withAccount(draft: Draft, account: Part, mayMakeContacts: boolean): Draft {
  const contact = draft.contact && !draft.contact.fresh ? { ...draft.contact, id: null, fresh: account.fresh ? mayMakeContacts : draft.contact.fresh } : draft.contact;
  return { ...draft, account, contact };
}

/** The records because of which one that is to be made was refused, by what it is. */
export const hitsIn = (problems: Problem[]): [Target, Hit[]][] =>
  problems.flatMap(({ field, params }): [Target, Hit[]][] => {
    const target = TARGETS.find((one) => one === field);
    const hits = (params?.hits as Hit[] | undefined) ?? [];
    return target && hits.length > 0 ? [[target, hits]] : [];
  });
