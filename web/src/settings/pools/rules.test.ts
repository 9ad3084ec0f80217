import { expect, test } from 'vitest';
import { translator } from '@/i18n';
import { marksOf, periodWords } from './rules';
import { poolSettingTexts } from './texts';

const RULES = { automatic: true, default_days: 10, extend_days: 3, longest_days: 20, no_activity_days: null };

test('the picture shows protection, what a follow-up adds, and the end', () => {
  expect(marksOf(RULES).map(({ day, kind }) => [day, kind])).toEqual([[0, 'taken'], [9, 'follow'], [10, 'protection'], [12, 'extended'], [20, 'longest']]);
});

test('an extension ends with the longest protection', () => {
  expect(marksOf({ ...RULES, extend_days: 30 }).find(({ kind }) => kind === 'extended')?.day).toBe(20);
  expect(marksOf({ ...RULES, longest_days: 10 }).map(({ kind }) => kind)).toEqual(['taken', 'protection', 'longest']);
});

test('a period says the days that are its own', () => {
  const period = { name: 'A', default_days: 60, extend_days: null, longest_days: 180, no_activity_days: null };
  expect(periodWords(period, translator(poolSettingTexts, 'zh'))).toBe('A：保护 60 天；最长 180 天，到期无论是否跟进都回收。');
  expect(periodWords(period, translator(poolSettingTexts, 'en'))).toBe('A: protected for 60 days; for 180 days at most, whatever was done.');
});
