/** What the funnel page asks and works out. All of it are ordinary queries, so that rights and lists agree with it. */
import { RECORD_TYPE } from '@/api/arrangement';
import type { ObjectModel } from '@/api/metadata';
import type { FilterJson, Label, Option, QueryBody } from '@/api/types';
import { plain, sumOf } from '@/i18n/decimal';
import { goingOn, outcomeOf, type Outcome } from '@/records/stages';
import type { dealTexts } from './texts';

export type Period = 'any' | 'this_quarter' | 'next_quarter' | 'this_year' | 'last_year';

export const PERIODS: { key: Period; text: keyof typeof dealTexts; relative: string | null }[] = [
  { key: 'any', text: 'anyTime', relative: null },
  { key: 'this_quarter', text: 'thisQuarter', relative: 'THIS_QUARTER' },
  { key: 'next_quarter', text: 'nextQuarter', relative: 'NEXT_QUARTER' },
  { key: 'this_year', text: 'thisYear', relative: 'THIS_YEAR' },
  { key: 'last_year', text: 'lastYear', relative: 'LAST_YEAR' },
];

export interface FunnelScope {
  mine: boolean;
  department: string | null;
  owner: string | null;
  recordType: string | null;
  period: Period;
}

/** Which deals are meant; `prefix` leads to them from their stays. */
export function dealFilter(scope: FunnelScope, prefix = ''): FilterJson[] {
  const at = (field: string) => `${prefix}${field}`;
  const relative = PERIODS.find((period) => period.key === scope.period)?.relative;
  return [
    ...(scope.mine ? [{ field: at('owner_id'), op: '=' as const, value: { me: true as const } }] : []),
    ...(!scope.mine && scope.owner ? [{ field: at('owner_id'), op: '=' as const, value: scope.owner }] : []),
    ...(!scope.mine && scope.department ? [{ field: at('department_id'), op: '=' as const, value: scope.department }] : []),
    ...(scope.recordType ? [{ field: at(RECORD_TYPE), op: '=' as const, value: scope.recordType }] : []),
    ...(relative ? [{ field: at('close_date'), op: '=' as const, value: { relative } }] : []),
  ];
}

const allOf = (filters: FilterJson[]): FilterJson | null => (filters.length > 0 ? { and: filters } : null);

export const stageQuery = (object: ObjectModel, stage: string, scope: FunnelScope): QueryBody => {
  const has = (name: string | null | undefined): name is string => typeof name === 'string' && object.field(name) !== undefined;
  const sums = has(object.amount_field) ? [{ function: 'sum' as const, field: object.amount_field, name: 'total' }] : [];
  const cycles = ['actual_days', 'standard_days', 'probability'].filter(has).map((field) => ({ function: 'avg' as const, field, name: field }));
  return { object: object.name, fields: [stage, { function: 'count', name: 'count' }, ...sums, ...cycles], group: [stage], filter: allOf([...dealFilter(scope), ...goingOn(object)]), limit: 100 };
};

export const stayQuery = (_object: ObjectModel, scope: FunnelScope): QueryBody => ({
  object: 'stage_stay',
  fields: ['stage', 'direction', { function: 'count', name: 'count' }, { function: 'sum', field: 'days', name: 'days' }],
  group: ['stage', 'direction'],
  filter: allOf(dealFilter(scope, 'opportunity.')),
  limit: 400,
});

export interface StageFigures {
  value: string;
  label: Label;
  outcome: Outcome;
  count: number;
  total: string;
  /** The sum times the average probability of the stage. */
  weighted: string;
  /** Deals in this stage or one behind it: the width in the drawing. */
  through: number;
  /** Percent that moved on, of those that left; null where none has. */
  conversion: string | null;
  /** Days, on average; null where none has left. */
  stay: string | null;
  actual: number | null;
  standard: number | null;
}

type Answer = Record<string, unknown>;
const number = (value: unknown): number => (value === null || value === undefined ? 0 : Number(value));
const tenth = (value: number): string => String(Math.round(value * 10) / 10);
const ONWARD = new Set(['forward', 'won']);

/** The figures of each stage, in the order of the stages. Only widths, rates and days are floats; money stays exact. */
export function figuresOf(options: Option[], stage: string, deals: Answer[], stays: Answer[]): StageFigures[] {
  const byStage = new Map(deals.map((row) => [String(row[stage] ?? ''), row]));
  const shown = options.filter((option) => option.active !== false || byStage.has(option.value));
  const figures = shown.map((option): StageFigures => {
    const row = byStage.get(option.value);
    const left = stays.filter((stay) => stay.stage === option.value && stay.direction !== 'reopened');
    const gone = left.reduce((sum, stay) => sum + number(stay.count), 0);
    const onward = left.filter((stay) => ONWARD.has(String(stay.direction))).reduce((sum, stay) => sum + number(stay.count), 0);
    const days = left.reduce((sum, stay) => sum + number(stay.days), 0);
    const total = plain(String(row?.total ?? '0'));
    const outcome = outcomeOf(option);
    return {
      value: option.value, label: option.label, outcome, total,
      count: number(row?.count),
      weighted: String(Math.round(number(total) * number(row?.probability)) / 100),
      through: 0,
      conversion: outcome === 'open' && gone > 0 ? tenth((onward * 100) / gone) : null,
      stay: outcome === 'open' && gone > 0 ? tenth(days / gone) : null,
      actual: row?.actual_days === null || row?.actual_days === undefined ? null : number(row.actual_days),
      standard: row?.standard_days === null || row?.standard_days === undefined ? null : number(row.standard_days),
    };
  });
  const through = figures.filter((one) => one.outcome !== 'lost');
  for (const [n, one] of through.entries()) one.through = through.slice(n).reduce((sum, other) => sum + other.count, 0);
  return figures;
}

export interface Totals {
  won: { count: number; total: string };
  lost: { count: number; total: string };
  winRate: string | null;
  /** Average days from creation to winning, and what the stages' standards come to. */
  cycle: string | null;
  standard: string | null;
}

export function totalsOf(figures: StageFigures[]): Totals {
  const of = (outcome: Outcome) => figures.filter((one) => one.outcome === outcome);
  const together = (some: StageFigures[]) => ({ count: some.reduce((sum, one) => sum + one.count, 0), total: sumOf(some.map((one) => one.total)) });
  const won = together(of('won'));
  const lost = together(of('lost'));
  const timed = of('won').filter((one) => one.actual !== null);
  const deals = timed.reduce((sum, one) => sum + one.count, 0);
  const standards = figures.filter((one) => one.standard !== null && one.count > 0);
  const all = standards.reduce((sum, one) => sum + one.count, 0);
  return {
    won, lost,
    winRate: won.count + lost.count > 0 ? tenth((won.count * 100) / (won.count + lost.count)) : null,
    cycle: deals > 0 ? tenth(timed.reduce((sum, one) => sum + number(one.actual) * one.count, 0) / deals) : null,
    standard: all > 0 ? tenth(standards.reduce((sum, one) => sum + number(one.standard) * one.count, 0) / all) : null,
  };
}
