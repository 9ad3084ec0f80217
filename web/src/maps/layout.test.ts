import { describe, expect, it } from 'vitest';
import { arrange, BOX, placesFor } from './layout';

const person = (id: string, reportsTo: string | null = null) => ({ id, reportsTo });

describe('the places of people', () => {
  it('puts superiors above the middle of their reports', () => {
    const places = arrange([person('boss'), person('a', 'boss'), person('b', 'boss')]);
    const [boss, a, b] = ['boss', 'a', 'b'].map((id) => places.get(id) ?? { x: NaN, y: NaN });
    expect(boss?.y).toBeLessThan(a?.y ?? 0);
    expect(boss?.x).toBe(((a?.x ?? 0) + (b?.x ?? 0)) / 2);
  });
  it('lets nobody overlap, whoever reports to whom', () => {
    const people = [person('1'), person('2', '1'), person('3', '1'), person('4', '3'), person('5'), person('6'), person('7', 'gone'), person('8', '9'), person('9', '8')];
    const places = [...arrange(people).values()];
    expect(places).toHaveLength(people.length);
    for (const [n, one] of places.entries()) {
      for (const other of places.slice(n + 1)) expect(Math.abs(one.x - other.x) >= BOX.width || Math.abs(one.y - other.y) >= BOX.height).toBe(true);
    }
  });
  it('keeps what was placed, and puts who is new below', () => {
    const places = placesFor([person('a'), person('b', 'a')], new Map([['a', { x: 500, y: 300 }]]));
    expect(places.get('a')).toEqual({ x: 500, y: 300 });
    expect(places.get('b')?.y).toBeGreaterThan(300 + BOX.height);
  });
});
