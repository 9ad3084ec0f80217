/** What a lookup proposes (decision 45) as a form says it: pairs of fields that agree, and conditions that always hold. */
import { stepOf, targetOf, type Model } from '@/api/metadata';
import { takenFrom } from '@/api/proposed';
import type { FieldMeta, FilterJson } from '@/api/types';

type Where = Record<string, unknown>;

/** A field of the record that is offered, and the one of the record being filled in with which it has to agree. */
export interface Pair {
  field?: string;
  from?: string;
  /** What is above or below it agrees as well: a subsidiary, the parent. */
  related: boolean;
}

export interface ProposedDraft {
  join: 'and' | 'or';
  pairs: Pair[];
  /** What the record that is offered has to meet whatever is filled in. */
  fixed: FilterJson | null;
}

/** The lookup by which the records that the path leads to stand above each other; undefined where they do not. */
export type ParentOf = (path: string) => string | undefined;

export const EMPTY: ProposedDraft = { join: 'and', pairs: [{ related: false }], fixed: null };

export function parentIn(model: Model, object: string): ParentOf {
  return (path) => {
    const field = model.fieldAt(object, path);
    const target = field && targetOf(field);
    return target === undefined ? undefined : model.object(target)?.fields.find((one) => one.type === 'lookup' && one.target === target)?.name;
  };
}

/** Whether values of the two fields can be the same. */
export function agree(one: FieldMeta, other: FieldMeta): boolean {
  if (targetOf(one) !== undefined || targetOf(other) !== undefined) return targetOf(one) === targetOf(other);
  if (one.type !== other.type) return false;
  if (one.type !== 'select') return true;
  const values = new Set((one.options ?? []).map(({ value }) => value));
  return (other.options ?? []).some(({ value }) => values.has(value));
}

const UNFIT = new Set<FieldMeta['type']>(['multi_select', 'polymorphic', 'long_text', 'rich_text', 'file', 'image', 'address', 'location', 'auto_number']);

/** Whether a picker can go by the field: it is stored, and holds one plain value. */
export const comparable = (field: FieldMeta): boolean => !UNFIT.has(field.type) && !field.computed && !field.summary && field.name !== 'id' && field.name !== 'version';

const MARKS = new Set<FieldMeta['type']>(['text', 'auto_number', 'email', 'phone']);

export const markable = (field: FieldMeta): boolean => MARKS.has(field.type) && !field.computed;

export const isWhole = (pair: Pair): pair is Pair & { field: string; from: string } => pair.field !== undefined && pair.from !== undefined;

const same = (field: string, from: string): Where => ({ field, op: '=', value: { from } });

const above = (path: string, parent: string): string => {
  const steps = path.split('.');
  return [...steps.slice(0, -1), stepOf({ name: steps.at(-1) ?? '' }), parent].join('.');
};

function conditionOf(pair: Pair & { field: string; from: string }, parentOf: ParentOf): Where {
  const parent = pair.related ? parentOf(pair.field) : undefined;
  if (parent === undefined) return same(pair.field, pair.from);
  return { or: [same(pair.field, pair.from), same(above(pair.field, parent), pair.from), same(pair.field, above(pair.from, parent))] };
}

const joined = (word: 'and' | 'or', parts: Where[]): Where | undefined => (parts.length > 1 ? { [word]: parts } : parts[0]);

const partsOf = (word: 'and' | 'or', where: Where): Where[] => (word in where ? (where[word] as Where[]) : [where]);

/** The condition; undefined where nothing is said. Pairs that lack a half are left out. */
export function whereOf({ join, pairs, fixed }: ProposedDraft, parentOf: ParentOf): Where | undefined {
  const agreeing = joined(join, pairs.filter(isWhole).map((pair) => conditionOf(pair, parentOf)));
  const wanted = fixed === null ? [] : partsOf('and', fixed as unknown as Where);
  return joined('and', [...(agreeing === undefined ? [] : join === 'and' ? partsOf('and', agreeing) : [agreeing]), ...wanted]);
}

/** The form of a condition; undefined for one that says more than the form can. */
export function draftOf(where: Where, parentOf: ParentOf): ProposedDraft | undefined {
  const parts = partsOf('and', where);
  const taking = parts.filter((one) => takenFrom(one).length > 0);
  const fixed = joined('and', parts.filter((one) => takenFrom(one).length === 0));
  const only = taking.length === 1 ? taking[0] : undefined;
  const either = only && !pairOf(only, parentOf) && 'or' in only;
  const pairs = (either ? partsOf('or', only) : taking).map((one) => pairOf(one, parentOf));
  if (!pairs.every((pair) => pair !== undefined)) return undefined;
  const draft: ProposedDraft = { join: either ? 'or' : 'and', pairs, fixed: (fixed ?? null) as FilterJson | null };
  const whole = whereOf(draft, parentOf);
  return whole !== undefined && canonical(whole) === canonical(where) ? draft : undefined;
}

function pairOf(where: Where, parentOf: ParentOf): Pair | undefined {
  if (isSame(where)) return { field: where.field, from: where.value.from, related: false };
  // Of a family one of the three is the pair itself: the one that gives back the whole.
  return partsOf('or', where).filter(isSame).map((one): Pair & { field: string; from: string } => ({ field: one.field, from: one.value.from, related: true }))
    .find((pair) => canonical(conditionOf(pair, parentOf)) === canonical(where));
}

const isSame = (where: Where): where is { field: string; op: '='; value: { from: string } } =>
  typeof where.field === 'string' && where.op === '=' && takenFrom(where).length === 1;

/** JSON that is the same for conditions that mean the same: without an order of keys, and of what is joined. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, one]) => `${name}:${(name === 'and' || name === 'or') && Array.isArray(one) ? `[${one.map(canonical).toSorted().join()}]` : canonical(one)}`).join()}}`;
}
