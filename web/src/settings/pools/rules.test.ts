import { expect, test } from 'vitest';
import { marksOf } from './rules';

const RULES = { automatic: true, default_days: 10, extend_days: 3, longest_days: 20, no_activity_days: null };

test('the picture shows protection, what a follow-up adds, and the end', () => {
  expect(marksOf(RULES).map(({ day, kind }) => [day, kind])).toEqual([[0, 'taken'], [9, 'follow'], [10, 'protection'], [12, 'extended'], [20, 'longest']]);
});

test('an extension ends with the longest protection', () => {
  expect(marksOf({ ...RULES, extend_days: 30 }).find(({ kind }) => kind === 'extended')?.day).toBe(20);
  expect(marksOf({ ...RULES, longest_days: 10 }).map(({ kind }) => kind)).toEqual(['taken', 'protection', 'longest']);
});
