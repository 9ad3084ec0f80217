import { describe, expect, it } from 'vitest';
import { byCity, byProvince } from './places';
import { depth, TILES, tileOf } from './provinces';

describe('the map of tiles', () => {
  it('has every province once, each on a tile of its own', () => {
    expect(TILES).toHaveLength(34);
    expect(new Set(TILES.map((one) => `${String(one.column)}/${String(one.row)}`)).size).toBe(34);
  });
  it('knows a province however it is written', () => {
    expect(tileOf('内蒙古自治区')?.name).toBe('内蒙古');
    expect(tileOf('上海')?.name).toBe('上海');
    expect(tileOf('广西壮族自治区')?.name).toBe('广西');
    expect(tileOf('Bavaria')).toBeUndefined();
  });
  it('puts spellings together, counts and sums exactly', () => {
    const found = byProvince([
      { p: '上海', count: 2, total: '0.10' }, { p: '上海市', count: 3, total: '0.20' }, { p: null, count: 4, total: null }, { p: 'Bavaria', count: 1, total: '1' },
    ], 'p');
    expect(found.get('上海')).toEqual({ spellings: ['上海', '上海市'], count: 5, total: '0.30' });
    expect(found.get('')?.count).toBe(4);
    expect(found.get('…')?.count).toBe(1);
  });
  it('has the greatest cities first', () => {
    expect(byCity([{ c: '无锡市', count: 1 }, { c: '苏州', count: 2 }, { c: '苏州市', count: 2 }], 'c').map(([name, { count }]) => [name, count])).toEqual([['苏州', 4], ['无锡', 1]]);
  });
  it('shows small counts too', () => {
    expect([0, 1, 25, 100].map((n) => depth(n, 100))).toEqual([0, 1, 2, 4]);
  });
});
