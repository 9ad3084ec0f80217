/** What the right side of a condition may be, told apart without drawing it. */
import type { FilterScalar, FilterValue, Me, Operator, RelativeDate } from '@/api/types';

/** Operators whose right side is a list. */
export const takesList = (operator: Operator): boolean =>
  operator === 'in' || operator === 'not in' || operator === 'includes' || operator === 'excludes';

export const takesNothing = (operator: Operator): boolean => operator === 'is null' || operator === 'is not null';

export const asList = (value: FilterValue | undefined): FilterScalar[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];

export const isMe = (value: unknown): value is Me => typeof value === 'object' && value !== null && 'me' in value;

export const isRelative = (value: unknown): value is RelativeDate => typeof value === 'object' && value !== null && 'relative' in value;
