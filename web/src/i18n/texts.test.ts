import { expect, it } from 'vitest';
import { fill } from './texts';

it.each([
  ['No {~objects} yet', { objects: 'Public groups' }, 'No public groups yet'],
  ['New {~object}', { object: 'SKU' }, 'New SKU'],
  ['还没有{~objects}', { objects: '公共组' }, '还没有公共组'],
  ['{object} saved', { object: 'Account' }, 'Account saved'],
  ['{n} {n|record|records}', { n: 1 }, '1 record'],
  ['{n} {n|record|records} of {~objects}', { n: 2, objects: 'Leads' }, '2 records of leads'],
  ['{nobody} stays', {}, '{nobody} stays'],
])('%s', (text, params, filled) => {
  expect(fill(text, params)).toBe(filled);
});
