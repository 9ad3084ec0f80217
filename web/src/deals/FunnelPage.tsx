import { Segmented, Select, Skeleton, Table, Tooltip, type TableColumnType } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { RECORD_TYPE, typesOf } from '@/api/arrangement';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { FilterJson } from '@/api/types';
import { LookupPicker } from '@/fields';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { goingOn } from '@/records/stages';
import { EmptyState, ErrorState } from '@/ui/states';
import './deals.css';
import { dealFilter, figuresOf, PERIODS, stageQuery, stayQuery, totalsOf, type FunnelScope, type Period, type StageFigures } from './funnel';
import { dealTexts } from './texts';

const FunnelChart = lazy(() => import('@/ui/FunnelChart'));

/** How deals go through the stages: how many, how much, how many move on, and how long they stay. */
export default function FunnelPage() {
  const t = useTexts(dealTexts);
  const object = useModel().object('opportunity');
  useEffect(() => {
    document.title = `${t('funnel')} · Dougong`;
  }, [t]);
  return object?.stage_field ? <Funnel object={object} stage={object.stage_field} /> : <EmptyState title={t('noDeals')} />;
}

function Funnel({ object, stage }: { object: ObjectModel; stage: string }) {
  const t = useTexts(dealTexts);
  const label = useLabel();
  const format = useFormat();
  const navigate = useNavigate();
  const model = useModel();
  const [scope, setScope] = useState<FunnelScope>({ mine: false, department: null, owner: null, recordType: null, period: 'any' });
  const edit = (changes: Partial<FunnelScope>) => { setScope((before) => ({ ...before, ...changes })); };
  const deals = useRecords<Record<string, unknown>>(stageQuery(object, stage, scope));
  const stays = useRecords<Record<string, unknown>>(stayQuery(object, scope), { enabled: model.object('stage_stay') !== undefined });
  const field = object.field(stage);
  const stages = figuresOf(field?.options ?? [], stage, deals.data?.rows ?? [], stays.data?.rows ?? []);
  const inFunnel = stages.filter((one) => one.outcome !== 'lost');
  const totals = totalsOf(stages);
  const money = object.amount_field !== null && object.amount_field !== undefined && object.field(object.amount_field) !== undefined;
  const nothing = deals.isSuccess && stages.every((one) => one.count === 0);
  const filterOf = (value: string): FilterJson => ({ and: [...dealFilter(scope), ...goingOn(object), { field: stage, op: 'in', value: [value] }] });
  const head = (key: string, title: string, hint: string, render: (row: StageFigures) => React.ReactNode): TableColumnType<StageFigures> => ({
    key, title: hint ? <Tooltip title={hint}><span>{title}</span></Tooltip> : title, align: 'right', render: (_, row) => <span className="number">{render(row)}</span>,
  });
  const columns: TableColumnType<StageFigures>[] = [
    { key: 'stage', title: t('stage'), render: (_, row) => <a href={listLink(object.name, filterOf(row.value))} onClick={(event) => { event.preventDefault(); void navigate(listLink(object.name, filterOf(row.value))); }}>{label(row.label)}</a> },
    head('count', t('count'), '', (row) => format.number(row.count)),
    ...(money ? [head('sum', t('sum'), '', (row) => format.shortMoney(row.total)), head('weighted', t('weighted'), '', (row) => format.shortMoney(row.weighted))] : []),
    head('conversion', t('conversion'), t('conversionHint'), (row) => (row.conversion === null ? '—' : `${row.conversion}%`)),
    head('stay', t('stay'), t('stayHint'), (row) => (row.stay === null ? '—' : t('days', { n: row.stay }))),
  ];
  return (
    <div className="funnel-page">
      <header className="funnel-head">
        <div>
          <h1>{t('funnel')}</h1>
          <p>{t('funnelHint')}</p>
        </div>
        <div className="funnel-filters">
          <Segmented<'mine' | 'all'> value={scope.mine ? 'mine' : 'all'} options={[{ value: 'all', label: t('everybody') }, { value: 'mine', label: t('mine') }]} onChange={(value) => { edit({ mine: value === 'mine' }); }} />
          {model.object('department') && !scope.mine ? <div style={{ width: 160 }}><LookupPicker object="department" label={t('department')} placeholder={t('department')} allowClear value={scope.department ? [scope.department] : []} onChange={([id]) => { edit({ department: id ?? null }); }} /></div> : null}
          {model.object('user') && !scope.mine ? <div style={{ width: 150 }}><LookupPicker object="user" label={t('owner')} placeholder={t('owner')} allowClear value={scope.owner ? [scope.owner] : []} onChange={([id]) => { edit({ owner: id ?? null }); }} /></div> : null}
          {object.field(RECORD_TYPE) ? <Select<string> allowClear aria-label={t('recordType')} placeholder={t('recordType')} value={scope.recordType ?? undefined} options={typesOf(object).map((type) => ({ value: type.name, label: label(type.label) }))} onChange={(value: string | undefined) => { edit({ recordType: value ?? null }); }} /> : null}
          <Select<Period> aria-label={t('period')} value={scope.period} options={PERIODS.map((period) => ({ value: period.key, label: `${t('period')}: ${t(period.text)}` }))} onChange={(period) => { edit({ period }); }} />
        </div>
      </header>
      {deals.isError ? <ErrorState error={deals.error} onRetry={() => void deals.refetch()} /> : null}
      {deals.isPending ? <Skeleton active /> : null}
      {nothing ? <EmptyState title={t('noDeals')} hint={t('noDealsHint')} /> : null}
      {deals.isSuccess && !nothing ? (
        <>
          <div className="funnel-figures">
            <Figure title={t('wonNumber')} value={format.number(totals.won.count)} more={money ? format.shortMoney(totals.won.total) : ''} />
            <Figure title={t('lostNumber')} value={format.number(totals.lost.count)} more={money ? format.shortMoney(totals.lost.total) : ''} />
            <Figure title={t('winRate')} value={totals.winRate === null ? '—' : `${totals.winRate}%`} more="" />
            <Figure title={t('cycle')} value={totals.cycle === null ? '—' : t('days', { n: totals.cycle })} more={totals.standard === null ? '' : t('standardCycle', { n: totals.standard })} />
          </div>
          <div className="funnel-grid">
            <div className="funnel-box">
              <Suspense fallback={<Skeleton active />}>
                <FunnelChart
                  stages={inFunnel.map((one) => ({
                    value: one.value, name: label(one.label), won: one.outcome === 'won', count: one.count, amount: money ? format.shortMoney(one.total) : '', size: one.through,
                    sentence: `${label(one.label)}: ${format.number(one.count)}${money ? ` · ${format.money(one.total)}` : ''}`,
                  }))}
                  onStage={(value) => void navigate(listLink(object.name, filterOf(value)))}
                />
              </Suspense>
            </div>
            <div className="funnel-box"><Table<StageFigures> size="small" rowKey="value" pagination={false} columns={columns} dataSource={stages} scroll={{ x: 'max-content' }} /></div>
          </div>
        </>
      ) : null}
    </div>
  );
}

function Figure({ title, value, more }: { title: string; value: string; more: string }) {
  return (
    <div className="account-figure">
      <span>{title}</span>
      <strong className="number">{value}</strong>
      <em>{more}</em>
    </div>
  );
}
