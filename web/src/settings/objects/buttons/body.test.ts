import { describe, expect, it } from 'vitest';
import { cleaned, freeName } from './body';

describe('a button that is being set', () => {
  it('keeps what its kind knows', () => {
    const state = { name: 'b', label: { zh: ' 查询 ', en: '' }, url: 'https://x.example', object: 'contact', values: { a: 1 }, template: 't', places: ['record' as const, 'list' as const] };
    expect(cleaned({ ...state, kind: 'link' })).toEqual({ name: 'b', label: { zh: '查询', en: '查询' }, kind: 'link', url: 'https://x.example' });
    expect(cleaned({ ...state, label: { zh: '', en: 'Look up ' }, kind: 'link' }).label).toEqual({ zh: 'Look up', en: 'Look up' });
    expect(cleaned({ ...state, kind: 'update' })).toMatchObject({ values: { a: 1 }, places: ['record', 'list'] });
    expect(cleaned({ ...state, kind: 'print' })).not.toHaveProperty('values');
  });
  it('gets a free name', () => {
    expect(freeName('link', ['link_1', 'link_2'])).toBe('link_3');
  });
});
