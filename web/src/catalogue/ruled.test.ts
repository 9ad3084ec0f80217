import { expect, test } from 'vitest';
import type { Row } from '@/api/types';
import { translator } from '@/i18n';
import { ruled, ruleWords } from './ruled';
import { lineTexts } from './texts';

const row = (values: Record<string, unknown>): Row => ({ id: '1', version: 1, ...values });
const given = row({ given_by_id: '5', 'given_by.rule.name': '买机床送刀具' });
const priced = row({ priced_by_id: '6', 'priced_by.rule.name': '十台九折' });

test('a line that a rule added is the rule\'s, of one that it prices the price', () => {
  expect(['quantity', 'discount'].map((name) => ruled(given, name))).toEqual([true, true]);
  expect(['quantity', 'discount'].map((name) => ruled(priced, name))).toEqual([false, true]);
  expect(ruled(row({ given_by_id: null, priced_by_id: null }), 'discount')).toBe(false);
});

test('it says which rule, to who may read rules', () => {
  expect(ruleWords(given, translator(lineTexts, 'zh'))).toBe('规则添加 买机床送刀具');
  expect(ruleWords(priced, translator(lineTexts, 'en'))).toBe('Priced by 十台九折');
  expect(ruleWords(row({ given_by_id: '5' }), translator(lineTexts, 'zh'))?.trim()).toBe('规则添加');
  expect(ruleWords(row({}), translator(lineTexts, 'zh'))).toBeNull();
});
