import { describe, expect, it } from 'vitest';
import type { ButtonMeta } from '@/api/types';
import { linkAddress, neededPaths, valuesOf } from './buttons';

const button = (more: Partial<ButtonMeta>): ButtonMeta => ({ name: 'x', label: { zh: 'x', en: 'x' }, kind: 'link', places: ['record'], ...more });
const MOMENT = { user: '7', department: null, today: '2026-11-26', now: '2026-11-26T01:00:00Z' };

describe('buttons', () => {
  it('put values into addresses so that they stay values', () => {
    const url = 'https://x.example/q?name={name}&o={owner.name}';
    expect(linkAddress(url, { name: '华东 & 信=?#/..', 'owner.name': null })).toBe('https://x.example/q?name=%E5%8D%8E%E4%B8%9C%20%26%20%E4%BF%A1%3D%3F%23%2F..&o=');
  });
  it('open the web only', () => {
    expect(linkAddress('javascript:alert({name})', { name: '1' })).toBeUndefined();
    expect(linkAddress('not an address', {})).toBeUndefined();
  });
  it('know what they need of the record', () => {
    expect(neededPaths([button({ url: 'https://x/{name}/{account.name}/{name}' }), button({ kind: 'create', values: { a: { from: 'id' }, b: 1 } })])).toEqual(['name', 'account.name', 'id']);
  });
  it('take values from the record, from the moment, or as they are', () => {
    const values = { account_id: { from: 'id' }, due: '$today', owner_id: '$user', type: 'visit', none: { from: 'gone' } };
    expect(valuesOf(button({ values }), { id: '5' }, MOMENT)).toEqual({ account_id: '5', due: '2026-11-26', owner_id: '7', type: 'visit', none: null });
  });
});
