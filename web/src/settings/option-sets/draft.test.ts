import { expect, it } from 'vitest';
import { bodyOf, emptyDraft, missingIn, newOption, sharedColors } from './draft';

it('is content with names in one language', () => {
  const options = [{ ...newOption(), label: { zh: '', en: 'High' } }];
  const draft = { ...emptyDraft(), name: 'heights', en: 'Heights', options };
  expect(missingIn(draft)).toBeUndefined();
  expect(bodyOf(draft)).toMatchObject({ label: { zh: 'Heights', en: 'Heights' }, options: [{ value: 'high', label: { zh: 'High', en: 'High' } }] });
  expect(missingIn({ ...draft, options: [newOption()] })).toEqual({ text: 'fillNames' });
  expect(missingIn({ ...draft, en: ' ' })).toEqual({ text: 'fillName' });
});

it('warns of colours that several offered options have', () => {
  const option = (color: string, more = {}) => ({ ...newOption(), color, ...more });
  expect(sharedColors([option('red'), option('blue'), option('red'), option('red')])).toEqual(['red']);
  // Grey is no colour of its own, and what is out of use is on no map that is drawn from now on.
  expect(sharedColors([option('default'), option('default'), option('blue'), option('blue', { active: false })])).toEqual([]);
});
