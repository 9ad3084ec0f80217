/** The board as data: its columns, and what moving a card changes, without any drawing. */
import { RECORD_TYPE, typeOf, typesOf } from '@/api/arrangement';
import type { FilterJson, ObjectMeta, Option, QueryAnswer, Row } from '@/api/types';
import { compareDecimals, plain, sumOf } from '@/i18n/decimal';

type Typed = Pick<ObjectMeta, 'record_types'>;

export interface StageSum {
  count: number;
  /** Decimal text; null where the object has no amount or the reader may not see it. */
  total: string | null;
}

/** One row of the grouped query, under the names that the board asks for. */
export type SumRow = Record<string, unknown> & { count?: number | string | null; total?: string | null };

/** Counts and sums by the stage's value; records without a stage are under ''. */
export function sumsByStage(rows: SumRow[], stageField: string): Map<string, StageSum> {
  return new Map(
    rows.map((row) => [String(row[stageField] ?? ''), { count: Number(row.count ?? 0), total: row.total === undefined || row.total === null ? null : plain(String(row.total)) }]),
  );
}

export interface BoardColumn {
  value: string;
  option: Option | undefined;
}

/** A column for each active option, and for others only where records are in them. `blank`: the last is for those without. */
export function boardColumns(options: Option[], sums: Map<string, StageSum>, blank = false): BoardColumn[] {
  const columns: BoardColumn[] = options.filter((o) => o.active !== false || (sums.get(o.value)?.count ?? 0) > 0).map((option) => ({ value: option.value, option }));
  const known = new Set([...options.map((o) => o.value), ...(blank ? [''] : [])]);
  for (const [value, sum] of sums) if (!known.has(value) && sum.count > 0) columns.push({ value, option: undefined });
  if (blank) columns.push({ value: '', option: undefined });
  return columns;
}

/** Whether a card may go to a column: the stage is one of those that its type offers, or where it lies. */
export const mayLie = (object: Typed, stage: string, row: Row, column: string): boolean => {
  const subset = typeOf(object, row)?.options[stage];
  return subset === undefined || subset.includes(column) || String(row[stage] ?? '') === column;
};

/** The types that a filter leaves on the board; undefined where it says nothing of them. */
export function typesLeft(filter: FilterJson | null): string[] | undefined {
  if (!filter) return undefined;
  if ('and' in filter) return filter.and.map(typesLeft).find((found) => found !== undefined);
  if (!('field' in filter) || filter.field !== RECORD_TYPE || (filter.op !== '=' && filter.op !== 'in')) return undefined;
  return (Array.isArray(filter.value) ? filter.value : [filter.value]).map(String);
}

/** The stages that records of these types (undefined: of any) offer, among all options. */
export function stagesOf(object: Typed, stage: string, options: Option[], types: string[] | undefined): Option[] {
  const meant = typesOf(object).filter((type) => (types ? types.includes(type.name) : type.active));
  if (meant.length === 0 || meant.some((type) => type.options[stage] === undefined)) return options;
  const offered = new Set(meant.flatMap((type) => type.options[stage] ?? []));
  return options.map((option) => (offered.has(option.value) ? option : { ...option, active: false }));
}

/** The condition of being in a column. */
export const inStage = (field: string, value: string): FilterJson =>
  value === '' ? { field, op: 'is null' } : { field, op: '=', value };

/** True when the filter itself keeps a stage off the board (an open pipeline without the won): its column is only a place to drop on. */
export function leftOut(filter: FilterJson | null, field: string, value: string): boolean {
  if (!filter) return false;
  if ('and' in filter) return filter.and.some((one) => leftOut(one, field, value));
  if (!('field' in filter) || filter.field !== field) return false;
  const values = Array.isArray(filter.value) ? filter.value : [filter.value];
  if (filter.op === 'not in' || filter.op === '!=') return values.includes(value);
  return (filter.op === 'in' || filter.op === '=') && !values.includes(value);
}

type Pages = { pages: QueryAnswer[]; pageParams: unknown[] };

export const withoutCard = <P extends Pages>(data: P, id: string): P => ({
  ...data,
  pages: data.pages.map((page) => ({ ...page, rows: page.rows.filter((row) => row.id !== id) })),
});

export const withCardFirst = <P extends Pages>(data: P, row: Row): P => ({
  ...data,
  pages: data.pages.map((page, n) => (n === 0 ? { ...page, rows: [row, ...page.rows] } : page)),
});

const negative = (amount: string): string => (amount.startsWith('-') ? amount.slice(1) : compareDecimals(amount, '0') === 0 ? amount : `-${amount}`);

/** The grouped rows after a card of `amount` went from one stage to another. */
export function movedSums(rows: SumRow[], stageField: string, from: string, to: string, amount: string | null): SumRow[] {
  const adjust = (row: SumRow, sign: 1 | -1): SumRow => ({
    ...row,
    count: Number(row.count ?? 0) + sign,
    total: amount === null ? row.total : sumOf([row.total, sign === 1 ? amount : negative(amount)]),
  });
  const held = rows.some((row) => String(row[stageField] ?? '') === to) ? rows : [...rows, { [stageField]: to === '' ? null : to, count: 0, total: '0' }];
  return held.map((row) => {
    const stage = String(row[stageField] ?? '');
    if (from === to) return row;
    if (stage === from) return adjust(row, -1);
    return stage === to ? adjust(row, 1) : row;
  });
}

/** The left edge of the column that lies `step` columns from the one that a card at `x` is in; undefined behind the last. */
export function nextColumn(lefts: number[], x: number, step: number): number | undefined {
  const distance = (left: number) => Math.abs(left - x);
  const here = lefts.reduce((best, left, n) => (distance(left) < distance(lefts[best] ?? Infinity) ? n : best), 0);
  return lefts[here + step];
}
