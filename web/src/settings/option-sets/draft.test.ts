import { expect, it } from 'vitest';
import { bodyOf, emptyDraft, missingIn, newOption } from './draft';

it('is content with names in one language', () => {
  const options = [{ ...newOption(), label: { zh: '', en: 'High' } }];
  const draft = { ...emptyDraft(), name: 'heights', en: 'Heights', options };
  expect(missingIn(draft)).toBeUndefined();
  expect(bodyOf(draft)).toMatchObject({ label: { zh: 'Heights', en: 'Heights' }, options: [{ value: 'high', label: { zh: 'High', en: 'High' } }] });
  expect(missingIn({ ...draft, options: [newOption()] })).toEqual({ text: 'fillNames' });
  expect(missingIn({ ...draft, en: ' ' })).toEqual({ text: 'fillName' });
});
