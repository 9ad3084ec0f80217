import { EnvironmentOutlined } from '@ant-design/icons';
import { Alert, Button, Segmented, Select, Skeleton, Table } from 'antd';
import dayjs from 'dayjs';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { FilterJson } from '@/api/types';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { optionColor } from '@/ui/OptionTag';
import { EmptyState, ErrorState } from '@/ui/states';
import { BY, chosenFilter, lines, numbersBy, PERIODS, totals, visitsByState, type By, type Line, type Period } from './questions';
import './statistics.css';
import { statisticsTexts } from './texts';

const BarChart = lazy(() => import('./BarChart'));
const SHOWN = 30;

/** Who did how much of what, and when: within the reader's rights, each number with its records behind it. */
export default function StatisticsPage() {
  const t = useTexts(statisticsTexts);
  const label = useLabel();
  const format = useFormat();
  const { timezone } = useSettings();
  const navigate = useNavigate();
  const activity = useModel().object('activity');
  const [period, setPeriod] = useState<Period>('THIS_MONTH');
  const [mine, setMine] = useState(false);
  const [by, setBy] = useState<By>('person');
  const chosen = { period, mine };
  const answer = useRecords<Record<string, unknown>>(numbersBy(by, chosen), { keep: false });
  const visits = useRecords<Record<string, unknown>>(visitsByState(chosen));
  const title = t('title');
  useEffect(() => { document.title = `${title} · Dougong`; }, [title]);
  if (!activity) return null;
  const types = activity.field('type')?.options ?? [];
  const onDay = (day: string): FilterJson => ({
    and: [
      { field: 'published_at', op: '>=', value: dayjs.tz(`${day} 00:00`, timezone).toISOString() },
      { field: 'published_at', op: '<', value: dayjs.tz(`${day} 00:00`, timezone).add(1, 'day').toISOString() },
    ],
  });
  const found = lines(answer.data?.rows ?? [], by, onDay);
  const sum = totals(found);
  const used = types.filter(({ value }) => (sum[value] ?? 0) > 0);
  const link = (...more: FilterJson[]) => listLink('activity', chosenFilter(chosen, ...more));
  const ofType = (type: string): FilterJson => ({ field: 'type', op: 'in', value: [type] });
  const number = (value: number, ...more: FilterJson[]) => (value > 0 ? <Link to={link(...more)} className="number">{format.number(value)}</Link> : <span className="statistics-zero">—</span>);
  const nameOf = (line: Line) => (by === 'day' ? format.date(line.key) : line.name);
  const abnormal = (visits.data?.rows ?? []).filter((row) => row.position_state && row.position_state !== 'normal').reduce((n, row) => n + Number(row.count), 0);
  const timed = (visits.data?.rows ?? []).filter((row) => row.minutes !== null && row.minutes !== undefined);
  const weight = timed.reduce((n, row) => n + Number(row.count), 0);
  const minutes = weight > 0 ? Math.round(timed.reduce((n, row) => n + Number(row.minutes) * Number(row.count), 0) / weight) : null;
  const shown = by === 'day' ? found : found.slice(0, SHOWN);
  return (
    <div className="statistics">
      <header className="statistics-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <div className="statistics-tools">
          <Select<Period> aria-label={t('period')} value={period} onChange={setPeriod} options={PERIODS.map((value) => ({ value, label: t(value) }))} style={{ minWidth: 110 }} />
          <Segmented<'mine' | 'all'> aria-label={t('scope')} value={mine ? 'mine' : 'all'} options={[{ value: 'mine', label: t('mine') }, { value: 'all', label: t('everybody') }]} onChange={(value) => { setMine(value === 'mine'); }} />
          <Link to={listLink('activity', chosenFilter(chosen, { field: 'type', op: 'in', value: ['visit'] }), 'map')}><Button icon={<EnvironmentOutlined />}>{t('map')}</Button></Link>
        </div>
      </header>
      <div className="statistics-figures">
        <Figure name={t('all')} value={format.number(Object.values(sum).reduce((a, b) => a + b, 0))} to={link()} />
        {types.filter(({ value }) => value !== 'note').map((type) => (
          <Figure key={type.value} name={label(type.label)} value={format.number(sum[type.value] ?? 0)} to={link(ofType(type.value))} color={type.color} />
        ))}
        <Figure name={t('abnormal')} value={format.number(abnormal)} alarm={abnormal > 0} to={link({ field: 'position_state', op: 'in', value: ['far', 'missing', 'inaccurate'] })} />
        <Figure name={t('minutes')} value={minutes === null ? '—' : t('minutesOf', { n: minutes })} />
      </div>
      <section className="statistics-panel">
        <Segmented<By> aria-label={t('by')} value={by} options={BY.map((value) => ({ value, label: t(value) }))} onChange={setBy} />
        {answer.data?.truncated ? <Alert type="info" showIcon title={t('truncated')} /> : null}
        {answer.isPending ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
        {answer.isError ? <ErrorState error={answer.error} onRetry={() => void answer.refetch()} /> : null}
        {answer.isSuccess && found.length === 0 ? <EmptyState title={t('none')} hint={t('noneHint')} /> : null}
        {found.length > 0 ? (
          <>
            <Suspense fallback={<Skeleton active />}>
              <BarChart
                names={shown.map(nameOf)}
                standing={by === 'day'}
                series={used.map((type) => ({ name: label(type.label), color: optionColor(type.color), values: shown.map((line) => line.counts[type.value] ?? 0) }))}
                onPick={(n, type) => {
                  const line = shown[n];
                  const option = used[type];
                  if (line && option) void navigate(link(line.filter, ofType(option.value)));
                }}
              />
            </Suspense>
            <Table<Line>
              size="small"
              rowKey="key"
              dataSource={found}
              pagination={found.length > SHOWN ? { pageSize: SHOWN, size: 'small' } : false}
              scroll={{ x: 'max-content' }}
              columns={[
                { key: 'name', title: by === 'day' ? t('date') : t('name'), render: (_, line) => nameOf(line) },
                ...used.map((type) => ({ key: type.value, title: label(type.label), align: 'end' as const, render: (_: unknown, line: Line) => number(line.counts[type.value] ?? 0, line.filter, ofType(type.value)) })),
                { key: 'total', title: t('total'), align: 'end' as const, render: (_, line) => <strong>{number(line.total, line.filter)}</strong> },
              ]}
            />
          </>
        ) : null}
      </section>
    </div>
  );
}

function Figure({ name, value, to, color, alarm }: { name: string; value: string; to?: string; color?: string | null; alarm?: boolean }) {
  const body = (
    <>
      <span>{color ? <i style={{ background: optionColor(color) }} /> : null}{name}</span>
      <strong className={alarm ? 'number alarm' : 'number'}>{value}</strong>
    </>
  );
  return to ? <Link className="statistics-figure" to={to}>{body}</Link> : <div className="statistics-figure">{body}</div>;
}
