import { describe, expect, it } from 'vitest';
import type { FilterJson } from '@/api/types';
import { DEFAULT_SIZE, listLink, readAddress, sortFromText, sortToText, writeAddress, type ListAddress } from './listAddress';

const filter: FilterJson = { and: [{ field: 'name', op: 'contains', value: '华&信 =?' }, { field: 'amount', op: '>', value: '1.10' }] };

const PLAIN: ListAddress = { view: null, kind: null, display: undefined, filter: undefined, columns: undefined, sort: undefined, text: '', deleted: false, size: DEFAULT_SIZE };

describe('the address of a list', () => {
  it.each<[string, Partial<ListAddress>]>([
    ['nothing', {}],
    ['a view', { view: '12', kind: 'kanban' }],
    ['a calendar by another date', { kind: 'calendar', display: { start: 'engage_date', color: null } }],
    ['a filter with awkward letters', { filter }],
    ['a view whose filter was taken away', { view: '12', filter: null }],
    ['columns and sort', { columns: ['name', 'account.industry'], sort: [{ field: 'amount', descending: true }, { field: 'name' }] }],
    ['the recycle bin', { deleted: true, text: '华 信', size: 100 }],
  ])('round trip: %s', (_, changes) => {
    const address = { ...PLAIN, ...changes };
    expect(readAddress(new URLSearchParams(writeAddress(address).toString()))).toEqual(address);
  });

  it('does not trust what somebody typed', () => {
    const read = readAddress(new URLSearchParams('filter=%7Bnope&size=9999&kind=x&by=%5B1%5D&sort=,;drop'));
    expect(read).toEqual({ ...PLAIN, sort: [] });
  });

  it('writes sort keys with a minus for descending', () => {
    expect(sortToText([{ field: 'a', descending: true }, { field: 'b' }])).toBe('-a,b');
    expect(sortFromText('-a,b')).toEqual([{ field: 'a', descending: true }, { field: 'b' }]);
  });

  it('links to a list with a filter of its own', () => {
    const link = new URL(listLink('opportunity', filter), 'http://x');
    expect(link.pathname).toBe('/o/opportunity');
    expect(readAddress(link.searchParams).filter).toEqual(filter);
  });
});
