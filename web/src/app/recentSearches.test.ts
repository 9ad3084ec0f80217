import { beforeEach, expect, test } from 'vitest';
import { forgetSearches, noteSearch, recentSearches } from './recentSearches';

beforeEach(() => {
  localStorage.clear();
});

test('the latest search comes first, each once, for each person', () => {
  for (const text of ['华信', ' 远航 ', '华信', '']) noteSearch('1', text);
  expect(recentSearches('1')).toEqual(['华信', '远航']);
  expect(recentSearches('2')).toEqual([]);
  forgetSearches('1');
  expect(recentSearches('1')).toEqual([]);
});

test('only some are kept, and what is broken is none', () => {
  for (let n = 0; n < 20; n += 1) noteSearch('1', String(n));
  expect(recentSearches('1')).toHaveLength(8);
  localStorage.setItem('dougong-searches:1', '{');
  expect(recentSearches('1')).toEqual([]);
});
