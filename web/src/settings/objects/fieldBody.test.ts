import { describe, expect, it } from 'vitest';
import { bodyOf, moved, optionValue, wholeLabel } from './fieldBody';

describe('what the drawer sends', () => {
  it('has only the settings of the type, and those that say something', () => {
    const field = { name: 'a', type: 'integer' as const, label: { zh: '甲', en: '' }, required: false, unique: true, length: 3, minimum: '', maximum: 9, help: { zh: '', en: ' ' }, tracked: true };
    expect(bodyOf(field, ['minimum', 'maximum', 'unique', 'required'])).toEqual({ type: 'integer', label: { zh: '甲', en: '甲' }, unique: true, maximum: 9 });
  });

  it('keeps what other parts of the product know', () => {
    const field = { name: 'a', type: 'text' as const, label: { zh: '甲', en: 'A' }, controlled_by: 'b' };
    expect(bodyOf(field, [])).toEqual({ type: 'text', label: { zh: '甲', en: 'A' }, controlled_by: 'b' });
  });

  it('takes its options from a set or has its own, never both', () => {
    const options = [{ value: 'x', label: { zh: '甲', en: 'X' }, active: true, color: null, attributes: {} }];
    const field = { name: 'a', type: 'select' as const, label: { zh: '甲', en: 'A' }, options };
    expect(bodyOf(field, ['options']).options).toEqual([{ value: 'x', label: { zh: '甲', en: 'X' } }]);
    expect(bodyOf({ ...field, option_set: 'set' }, ['options'])).toEqual({ type: 'select', label: { zh: '甲', en: 'A' }, option_set: 'set' });
  });
});

it('fills a missing language with the other', () => {
  expect(wholeLabel({ zh: ' 甲 ', en: '' })).toEqual({ zh: '甲', en: '甲' });
});

it('gives each option a value of its own', () => {
  expect(optionValue({ zh: '高', en: 'Very high' }, [])).toBe('very_high');
  expect(optionValue({ zh: '高', en: '' }, ['a'])).toBe('option_2');
  expect(optionValue({ zh: '高', en: 'High' }, ['high'])).toBe('high_2');
});

it('moves an item up and down', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
});
