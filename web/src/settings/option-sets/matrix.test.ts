import { expect, it } from 'vitest';
import { bodyOf, coded, codeFrom, emptyDraft, missingIn, moved, newOption } from './draft';
import { columnToggled, isShown, rowToggled, toggled, type Shown } from './matrix';

const ALL = ['a', 'b'];

it('ticks and clears one cell; everything ticked is no limit', () => {
  const one = toggled({}, 'x', 'a', ALL);
  expect(one).toEqual({ x: ['b'] });
  expect(isShown(one, 'x', 'a')).toBe(false);
  expect(isShown(one, 'y', 'a')).toBe(true);
  expect(toggled(one, 'x', 'a', ALL)).toEqual({ x: undefined });
});

it('ticks whole rows and columns, and clears those that are full', () => {
  expect(rowToggled({}, 'x', ALL)).toEqual({ x: [] });
  expect(rowToggled({ x: ['a'] }, 'x', ALL)).toEqual({ x: undefined });
  const cleared = columnToggled({}, 'a', ['x', 'y'], ALL);
  expect(cleared).toEqual({ x: ['b'], y: ['b'] });
  const mixed: Shown = { x: ['b'] };
  expect(columnToggled(mixed, 'a', ['x', 'y'], ALL)).toEqual({ x: undefined });
});

it('makes codes from English names, and others where they are taken', () => {
  expect(codeFrom('Net 30 days')).toBe('net_30_days');
  const options = [{ ...newOption(), label: { zh: '甲', en: 'Net' } }, { ...newOption(), label: { zh: '乙', en: 'net' } }, { ...newOption(), label: { zh: '丙', en: '' } }];
  expect(coded(options).map((option) => option.value)).toEqual(['net', 'net_2', 'option']);
});

it('says what is missing and sends only what is not the usual', () => {
  const draft = { ...emptyDraft(), name: 'terms', zh: '条件' };
  expect(missingIn(draft)).toEqual({ text: 'fillNames' });
  const option = { ...newOption(), value: 'a', label: { zh: '甲', en: '' }, shown_for: ['x'] };
  expect(missingIn({ ...draft, options: [option, { ...option, key: 'k' }] })).toEqual({ text: 'sameCode', code: 'a' });
  expect(bodyOf({ ...draft, options: [option] })).toEqual({ label: { zh: '条件', en: '条件' }, options: [{ value: 'a', label: { zh: '甲', en: '甲' } }] });
  expect(bodyOf({ ...draft, controlledBy: 'above', options: [option] }).options[0]?.shown_for).toEqual(['x']);
});

it('moves within the list only', () => {
  expect(moved([1, 2, 3], 0, 2)).toEqual([2, 3, 1]);
  expect(moved([1, 2], 0, 5)).toEqual([1, 2]);
});
