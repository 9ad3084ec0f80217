import { describe, expect, it } from 'vitest';
import { projection } from './projection';

describe('positions in a drawing', () => {
  const size = [1000, 760] as const;
  const inside = ([x, y]: [number, number]) => x > 0 && x < size[0] && y > 0 && y < size[1];

  it('are all inside, wherever on the earth they are', () => {
    for (const positions of [[[121.4, 31.2]], [[121.4, 31.2], [87.6, 43.8]], [[-74, 40.7], [151.2, -33.9]]] as [number, number][][]) {
      const place = projection(positions, size);
      for (const position of positions) expect(inside(place(...position))).toBe(true);
    }
  });

  it('has one alone in the middle, with what is near around it', () => {
    const place = projection([[121.4, 31.2]], size);
    expect(place(121.4, 31.2)).toEqual([500, 380]);
    expect(inside(place(120.2, 30.3))).toBe(true);
    expect(inside(place(116.4, 39.9))).toBe(false);
  });

  it('has the north above and the east to the right', () => {
    const place = projection([[120, 30], [122, 32]], size);
    const [[west, south], [east, north]] = [place(120, 30), place(122, 32)];
    expect(north).toBeLessThan(south);
    expect(west).toBeLessThan(east);
  });
});
