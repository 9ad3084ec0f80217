/**
 * Decides a filter on the values of one record while it is being entered: what a form shows or leaves out. The server's
 * two back ends decide everything that matters; condition_cases.json holds this one to them.
 */
import dayjs from 'dayjs';
import type { FieldMeta, FilterJson, FilterScalar, Operator, Values } from '@/api/types';
import { compareDecimals } from '@/i18n/decimal';

export interface Asking {
  field: (name: string) => FieldMeta | undefined;
  /** The id of who asks. */
  me: string;
  timezone: string;
}

type Scalar = 'text' | 'number' | 'date' | 'datetime' | 'time' | 'boolean' | 'id' | 'texts';

const SCALARS: Partial<Record<FieldMeta['type'], Scalar>> = {
  integer: 'number', decimal: 'number', currency: 'number', percent: 'number', date: 'date', datetime: 'datetime', time: 'time', boolean: 'boolean',
  multi_select: 'texts', lookup: 'id', master_detail: 'id', user: 'id', department: 'id', polymorphic: 'id', id: 'id',
};

const blank = (value: unknown): boolean => value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

/** True where the record meets the filter; an unknown field meets nothing. */
export function meets(filter: FilterJson, values: Values, asking: Asking): boolean {
  if ('and' in filter) return filter.and.every((one) => meets(one, values, asking));
  if ('or' in filter) return filter.or.some((one) => meets(one, values, asking));
  if ('not' in filter) return !meets(filter.not, values, asking);
  const field = asking.field(filter.field);
  if (!field) return false;
  const held = values[filter.field];
  const value = blank(held) ? null : typeof held === 'object' && held !== null && 'id' in held ? held.id : held;
  const scalar = SCALARS[field.type] ?? 'text';
  const given = filter.value === undefined ? [] : Array.isArray(filter.value) ? filter.value : [filter.value];
  // An empty text is a blank, but for "is not" of a text: it differs from each text that is there.
  const empty = scalar === 'text' && filter.op === '!=' ? '' : null;
  return compare(filter.op, value, scalar, given.map((one) => (one === '' ? empty : wanted(one, asking))), asking);
}

const wanted = (value: FilterScalar, { me }: Asking): unknown =>
  typeof value === 'object' && value !== null && 'me' in value ? me : value;

function compare(op: Operator, value: unknown, scalar: Scalar, given: unknown[], asking: Asking): boolean {
  const equal = (a: unknown, b: unknown) => order(a, b, scalar, asking) === 0;
  switch (op) {
    case 'is null': return value === null;
    case 'is not null': return value !== null;
    case 'contains': case 'starts with': case 'like': return value !== null && like(op, text(value), text(given[0] ?? ''));
    default:
  }
  if (scalar === 'texts') return ofSets(op, value as unknown[] | null, given.filter((one) => one !== null));
  const first = given[0] ?? null;
  if (op === '=') return value === null || first === null ? value === first : equal(value, first);
  if (op === 'in') return given.some((one) => (value === null || one === null ? value === one : equal(value, one)));
  if (op === 'not in') return value !== null && !given.some((one) => one !== null && equal(value, one));
  if (value === null || first === null) return false;
  const against = order(value, first, scalar, asking);
  return { '!=': against !== 0, '<': against < 0, '<=': against <= 0, '>': against > 0, '>=': against >= 0 }[op as '<'];
}

const text = (value: unknown): string => String(value as string | number | boolean);

/** -1, 0 or 1: before, the same, after. A day is the same as each moment of it. */
function order(a: unknown, b: unknown, scalar: Scalar, { timezone }: Asking): number {
  const [left, right] = [text(a), text(b)];
  if (scalar === 'number') return compareDecimals(left, right);
  if (scalar === 'id') return compareDecimals(left, right);
  if (scalar === 'datetime') {
    const moment = dayjs(left);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(right)) return Math.sign(moment.diff(dayjs(right)));
    const start = dayjs.tz(right, timezone);
    return moment.isBefore(start) ? -1 : moment.isBefore(start.add(1, 'day')) ? 0 : 1;
  }
  if (scalar === 'time') return byCodePoint(left.padEnd(8, ':00'), right.padEnd(8, ':00'));
  return byCodePoint(left, right);
}

function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let n = 0; n < Math.min(left.length, right.length); n += 1) {
    const difference = (left[n]?.codePointAt(0) ?? 0) - (right[n]?.codePointAt(0) ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(left.length - right.length);
}

function ofSets(op: Operator, value: unknown[] | null, given: unknown[]): boolean {
  if (op === '=' && given.length === 0) return value === null;
  if (value === null || (op === '!=' && given.length === 0)) return false;
  const shared = value.filter((one) => given.includes(one)).length;
  if (op === 'includes') return shared > 0;
  if (op === 'excludes') return shared === 0;
  const same = shared === new Set(given).size && shared === new Set(value).size;
  return same === (op === '=');
}

/** Lower case, character by character, as the server folds. */
const fold = (given: string): string => [...given].map((c) => (c === 'İ' ? 'i' : c.toLowerCase())).join('');

const LITERAL = /[.*+?^${}()|[\]\\/]/g;

function like(op: 'contains' | 'starts with' | 'like', value: string, given: string): boolean {
  const [held, sought] = [fold(value), fold(given)];
  if (op === 'contains') return held.includes(sought);
  if (op === 'starts with') return held.startsWith(sought);
  const pattern = [...sought.matchAll(/\\?[\s\S]/gu)].map(([c]) => {
    if (c === '%') return '[\\s\\S]*';
    if (c === '_') return '[\\s\\S]';
    return (c.length > 1 && c.startsWith('\\') ? c.slice(1) : c).replace(LITERAL, '\\$&');
  });
  return new RegExp(`^${pattern.join('')}$`, 'u').test(held);
}
