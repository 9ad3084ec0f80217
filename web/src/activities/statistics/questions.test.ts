import { describe, expect, it } from 'vitest';
import { chosenFilter, lines, totals } from './questions';

const day = (value: string) => ({ field: 'published_at', op: '=' as const, value });

describe('the statistics of activities', () => {
  it('have a line for each person, the busiest first', () => {
    const rows = [
      { owner_id: '1', 'owner.name': '王芳', type: 'call', count: 2 },
      { owner_id: '2', 'owner.name': '李强', type: 'call', count: 3 },
      { owner_id: '1', 'owner.name': '王芳', type: 'visit', count: 4 },
    ];
    const found = lines(rows, 'person', day);
    expect(found.map(({ name, total, counts }) => [name, total, counts])).toEqual([['王芳', 6, { call: 2, visit: 4 }], ['李强', 3, { call: 3 }]]);
    expect(found[0]?.filter).toEqual({ field: 'owner_id', op: '=', value: '1' });
    expect(totals(found)).toEqual({ call: 5, visit: 4 });
  });
  it('have days in their order', () => {
    const rows = [{ day: '2026-11-26', type: 'call', count: 1 }, { day: '2026-11-25', type: 'call', count: 9 }];
    expect(lines(rows, 'day', day).map(({ key }) => key)).toEqual(['2026-11-25', '2026-11-26']);
  });
  it('ask by the time of posting', () => {
    expect(chosenFilter({ period: 'THIS_WEEK', mine: true })).toEqual({
      and: [{ field: 'published_at', op: '=', value: { relative: 'THIS_WEEK' } }, { field: 'owner_id', op: '=', value: { me: true } }],
    });
  });
});
