import { describe, expect, it } from 'vitest';
import type { Person } from './people';
import { fitting, pictureOf } from './picture';

const person = (id: string, name: string, reportsTo: string | null = null): Person => ({
  id, name, title: null, role: undefined, attitude: undefined, influence: undefined, reportsTo, main: false, colleague: null, next: null, part: undefined, contact: { id, version: 1 },
});

describe('the picture of a map', () => {
  const picture = pictureOf({
    title: '<图>', language: 'zh', label: (label) => label?.zh ?? '',
    people: [{ person: person('1', '王 & 李'), at: { x: -50, y: 0 } }, { person: person('2', 'B', '1'), at: { x: 300, y: 200 } }],
    influences: [{ id: '9', from: '2', to: '1', strong: true }, { id: '10', from: '2', to: 'gone', strong: false }],
  });
  it('is well-formed whatever people are called', () => {
    const parsed = new DOMParser().parseFromString(picture.svg, 'image/svg+xml');
    expect(parsed.querySelector('parsererror')).toBeNull();
    expect([...parsed.querySelectorAll('text')].map((text) => text.textContent)).toEqual(expect.arrayContaining(['<图>', '王 & 李', 'B']));
  });
  it('has a line for each that reports and each that influences somebody on it', () => {
    const parsed = new DOMParser().parseFromString(picture.svg, 'image/svg+xml');
    expect(parsed.querySelectorAll('svg > path')).toHaveLength(2);
  });
  it('cuts long texts by their width', () => {
    expect(fitting('abcdef', 4)).toBe('abcd…');
    expect(fitting('销售总监', 4)).toBe('销售…');
    expect(fitting('销售', 4)).toBe('销售');
  });
});
