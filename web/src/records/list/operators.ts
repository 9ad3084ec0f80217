/** Which operators a field offers, and what becomes of a value when the operator changes. */
import type { FieldMeta, FilterValue, Operator } from '@/api/types';
import { takesList, takesNothing } from '@/fields/filterValues';

export const isDate = (field: FieldMeta): boolean => field.type === 'date' || field.type === 'datetime';

const ORDER: Operator[] = ['=', '!=', 'contains', 'starts with', 'in', 'not in', 'includes', 'excludes', '<', '<=', '>', '>=', 'is null', 'is not null'];

/** The operators that are offered; `like` has no friendly form, and dates have no lists. */
export const operatorsOf = (field: FieldMeta): Operator[] =>
  ORDER.filter((op) => field.operators.includes(op) && !(isDate(field) && takesList(op)));

const WORDY = new Set<FieldMeta['type']>(['text', 'long_text', 'rich_text', 'auto_number', 'email', 'phone', 'url']);

export function firstOperator(field: FieldMeta): Operator | undefined {
  const offered = operatorsOf(field);
  const liked: Operator = field.type === 'select' ? 'in' : WORDY.has(field.type) ? 'contains' : '=';
  return offered.includes(liked) ? liked : offered[0];
}

/** The value that still fits when the operator changes. */
export function keptValue(from: Operator | undefined, to: Operator, value: FilterValue | undefined): FilterValue | undefined {
  if (takesNothing(to) || value === undefined) return undefined;
  const list = takesList(to);
  if (from !== undefined && takesList(from) === list) return value;
  if (list) return Array.isArray(value) ? value : [value];
  return Array.isArray(value) ? value[0] : value;
}

export const filterable = (field: FieldMeta): boolean => operatorsOf(field).length > 0;
