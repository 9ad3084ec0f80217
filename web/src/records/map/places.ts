/** Counts by place as the grouped query answers them. */
import { plain, sumOf } from '@/i18n/decimal';
import { tileOf, type PlaceCount } from './provinces';

export type CountRow = Record<string, unknown> & { count?: number | string | null; total?: string | null };

const ELSEWHERE = '…';

/** Rows of different spellings of one place, put together under `nameOf` their value; those without a value are under ''. */
function grouped(rows: CountRow[], path: string, nameOf: (value: string) => string): Map<string, PlaceCount> {
  const found = new Map<string, PlaceCount>();
  for (const row of rows) {
    const value = typeof row[path] === 'string' ? row[path] : '';
    const name = nameOf(value);
    const held = found.get(name) ?? { spellings: [], count: 0, total: null };
    found.set(name, {
      spellings: [...held.spellings, value],
      count: held.count + Number(row.count ?? 0),
      total: row.total === null || row.total === undefined ? held.total : sumOf([held.total, plain(row.total)]),
    });
  }
  return found;
}

/** By province, those that are none under '…'. */
export const byProvince = (rows: CountRow[], path: string): Map<string, PlaceCount> =>
  grouped(rows, path, (value) => (value === '' ? '' : tileOf(value)?.name ?? ELSEWHERE));

/** By city, the greatest first. */
export const byCity = (rows: CountRow[], path: string): [string, PlaceCount][] =>
  [...grouped(rows, path, (value) => value.replace(/市$/, '')).entries()].sort(([, a], [, b]) => b.count - a.count);

export const isElsewhere = (name: string): boolean => name === ELSEWHERE;
