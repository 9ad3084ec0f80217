import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { useFormat, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { funnelQuery, openFilter, stageFigures, TASKS, together, winRate, wonQuarterFilter, wonQuarterQuery, type Sales } from './queries';
import { homeTexts } from './texts';

interface FigureProps {
  label: string;
  value: ReactNode;
  note?: string;
  to?: string;
  loading: boolean;
  title?: string;
}

function Figure({ label, value, note, to, loading, title }: FigureProps) {
  const body = (
    <>
      <span className="figure-label">{label}</span>
      {loading ? <Skeleton.Input active size="small" /> : <strong className="figure-value number" title={title}>{value}</strong>}
      <span className="figure-note number">{loading ? '' : note}</span>
    </>
  );
  return to ? <Link className="figure" to={to}>{body}</Link> : <div className="figure">{body}</div>;
}

function SalesFigures({ sales, mine }: { sales: Sales; mine: boolean }) {
  const t = useTexts(homeTexts);
  const format = useFormat();
  const stages = useRecords<Record<string, unknown>>(funnelQuery(sales, mine));
  const quarter = useRecords<Record<string, unknown>>(wonQuarterQuery(sales, mine));
  const figures = stageFigures(stages.data?.rows ?? [], sales.stage);
  const open = together(figures, sales.open);
  const won = together(figures, sales.won);
  const lost = together(figures, sales.lost);
  const rate = winRate(won.count, lost.count);
  const wonNow = quarter.data?.rows[0];
  const wonTotal = String(wonNow?.total ?? '0');
  const name = sales.object.name;
  return (
    <>
      <Figure
        label={t('openPipeline')} value={format.shortMoney(open.total)} title={format.money(open.total)} note={t('openCount', { n: format.number(open.count) })}
        to={listLink(name, openFilter(sales, mine))} loading={stages.isPending}
      />
      <Figure
        label={t('wonQuarter')} value={format.shortMoney(wonTotal)} title={format.money(wonTotal)} note={t('openCount', { n: format.number(String(wonNow?.count ?? 0)) })}
        to={listLink(name, wonQuarterFilter(sales, mine))} loading={quarter.isPending}
      />
      <Figure
        label={t('winRate')} value={rate === null ? '—' : format.percent(rate)} loading={stages.isPending}
        note={t('winRateOf', { won: format.number(won.count), lost: format.number(lost.count) })}
      />
    </>
  );
}

function TaskFigure({ activity }: { activity: ObjectModel }) {
  const t = useTexts(homeTexts);
  const format = useFormat();
  const due = { and: [TASKS, { field: 'due_date', op: '<=' as const, value: { relative: 'TODAY' } }] };
  const count = (filter: typeof due | typeof TASKS) => ({ object: activity.name, fields: [{ function: 'count' as const, name: 'count' }], filter });
  const dueNow = useRecords<Record<string, unknown>>(count(due));
  const all = useRecords<Record<string, unknown>>(count(TASKS));
  const number = String(dueNow.data?.rows[0]?.count ?? 0);
  return (
    <Figure
      label={t('dueTasks')} value={<span className={number === '0' ? undefined : 'figure-alarm'}>{format.number(number)}</span>}
      note={t('dueTasksOf', { n: format.number(String(all.data?.rows[0]?.count ?? 0)) })}
      to={listLink(activity.name, due)} loading={dueNow.isPending}
    />
  );
}

/** The numbers at the top; each leads to the records that it counts. */
export function Figures({ sales, activity, mine }: { sales: Sales | null; activity: ObjectModel | undefined; mine: boolean }) {
  return (
    <div className="figures">
      {sales ? <SalesFigures sales={sales} mine={mine} /> : null}
      {activity?.field('due_date') ? <TaskFigure activity={activity} /> : null}
    </div>
  );
}
