/** The questions that the home page asks. All are ordinary queries, so their figures agree with lists and reports. */
import { boardField, type ObjectModel } from '@/api/metadata';
import type { FieldMeta, FilterJson, Option, QueryBody } from '@/api/types';
import { plain, sumOf } from '@/i18n/decimal';
import { goingOn } from '@/records/stages';

/** An object that is sold by: it has stages with outcomes and an amount. */
export interface Sales {
  object: ObjectModel;
  stage: FieldMeta;
  amount: string;
  closeDate: string;
  open: string[];
  won: string[];
  lost: string[];
  /** Which of them count at all: not those on hold. */
  counted: FilterJson[];
}

const MINE: FilterJson = { field: 'owner_id', op: '=', value: { me: true } };

const outcome = (option: Option): unknown => option.attributes?.outcome;

/** The sales of the metadata, or null where the reader may not see what the funnel needs. */
export function salesOf(object: ObjectModel | undefined): Sales | null {
  const stage = object ? boardField(object) : undefined;
  const amount = object?.amount_field;
  if (!object || !stage || !amount || !object.field('close_date')) return null;
  const withOutcome = (word: string) => (stage.options ?? []).filter((o) => outcome(o) === word).map((o) => o.value);
  return { object, stage, amount, closeDate: 'close_date', open: withOutcome('open'), won: withOutcome('won'), lost: withOutcome('lost'), counted: goingOn(object) };
}

const scoped = (mine: boolean, ...filters: FilterJson[]): FilterJson | null => {
  const all = mine ? [MINE, ...filters] : filters;
  return all.length === 0 ? null : { and: all };
};

export const funnelQuery = (sales: Sales, mine: boolean): QueryBody => ({
  object: sales.object.name,
  fields: [sales.stage.name, { function: 'count', name: 'count' }, { function: 'sum', field: sales.amount, name: 'total' }],
  group: [sales.stage.name],
  filter: scoped(mine, ...sales.counted),
  limit: 100,
});

export const wonQuarterFilter = (sales: Sales, mine: boolean): FilterJson | null =>
  scoped(mine, { field: sales.stage.name, op: 'in', value: sales.won }, { field: sales.closeDate, op: '=', value: { relative: 'THIS_QUARTER' } });

export const wonQuarterQuery = (sales: Sales, mine: boolean): QueryBody => ({
  object: sales.object.name,
  fields: [{ function: 'count', name: 'count' }, { function: 'sum', field: sales.amount, name: 'total' }],
  filter: wonQuarterFilter(sales, mine),
});

export const openFilter = (sales: Sales, mine: boolean): FilterJson | null => scoped(mine, { field: sales.stage.name, op: 'in', value: sales.open }, ...sales.counted);

export const closingFilter = (sales: Sales, mine: boolean): FilterJson | null =>
  scoped(
    mine,
    { field: sales.stage.name, op: 'in', value: sales.open },
    { field: sales.closeDate, op: '>=', value: { relative: 'TODAY' } },
    { field: sales.closeDate, op: '<=', value: { relative: 'NEXT_N_DAYS', count: 30 } },
    ...sales.counted,
  );

export const TASKS: FilterJson = {
  and: [MINE, { field: 'type', op: '=', value: 'task' }, { or: [{ field: 'status', op: '=', value: 'open' }, { field: 'status', op: 'is null' }] }],
};

export const VISITS_TODAY: FilterJson = {
  and: [MINE, { field: 'type', op: 'in', value: ['visit', 'meeting'] }, { field: 'start_at', op: '=', value: { relative: 'TODAY' } }],
};

export interface StageFigure {
  value: string;
  count: number;
  total: string;
}

type SumRow = Record<string, unknown>;

/** Count and sum of each stage that the metadata knows, in its order; stages without records have zeros. */
export function stageFigures(rows: SumRow[], stage: FieldMeta): StageFigure[] {
  const found = new Map(rows.map((row) => [String(row[stage.name] ?? ''), row]));
  return (stage.options ?? []).map((option) => {
    const row = found.get(option.value);
    return { value: option.value, count: Number(row?.count ?? 0), total: plain(String(row?.total ?? '0')) };
  });
}

/** What came as far as each stage or further: the funnel's width. A deal in negotiation has been through the stages before. */
export const passedThrough = (figures: StageFigure[]): string[] => figures.map((_, n) => sumOf(figures.slice(n).map((figure) => figure.total)));

/** The same in deals: how wide each stage is drawn where a stage has deals of no amount yet, which money cannot show. */
export const dealsThrough = (figures: StageFigure[]): number[] => figures.map((_, n) => figures.slice(n).reduce((sum, figure) => sum + figure.count, 0));

export const lacksAmounts = (figures: StageFigure[]): boolean => figures.some((figure) => figure.count > 0 && Number(figure.total) === 0);

export interface Together {
  count: number;
  total: string;
}

export const together = (figures: StageFigure[], stages: string[]): Together => {
  const held = figures.filter((figure) => stages.includes(figure.value));
  return { count: held.reduce((sum, figure) => sum + figure.count, 0), total: sumOf(held.map((figure) => figure.total)) };
};

/** Won of all closed in percent with one decimal, or null while nothing is closed. */
export function winRate(won: number, lost: number): string | null {
  const closed = won + lost;
  if (closed === 0) return null;
  const tenths = Math.round((won * 1000) / closed);
  return `${String(Math.floor(tenths / 10))}.${String(tenths % 10)}`;
}
