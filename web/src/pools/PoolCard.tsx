import { InboxOutlined } from '@ant-design/icons';
import { Button, Card, Skeleton, Timeline } from 'antd';
import { useState } from 'react';
import { usePoolState, type PoolState } from '@/api/pools';
import { useModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { doAction, useDataChanged } from '@/api/records';
import type { Row } from '@/api/types';
import { useFormat, useLabel, useListing, useTexts } from '@/i18n';
import type { PanelProps } from '@/records/record';
import { useFeedback } from '@/ui/feedback';
import { Countdown } from './Countdown';
import { movementWords } from './movements';
import { poolTexts } from './texts';
import './pools.css';

const FEW = 3;
const MANY = 200;
const TOLD = ['kind', 'moved_at', 'by.name', 'from.name', 'to.name', 'pool.name', 'reason.name', 'description', 'rule', 'rule_days', 'since'];

/** How a record stands with its pool: until when it is protected, what is hidden, what came before. */
export default function PoolCard({ object, answer }: PanelProps) {
  const { record } = answer;
  if (!object.field('pool_status') || !record.pool_id) return null;
  return <Standing object={object} answer={answer} />;
}

function Standing({ object, answer }: PanelProps) {
  const t = useTexts(poolTexts);
  const listing = useListing();
  const label = useLabel();
  const { record } = answer;
  const found = usePoolState(object.name, record.id);
  const state = found.data;
  const pool = state?.pool?.name ?? (typeof record['pool.name'] === 'string' ? record['pool.name'] : '');
  const lying = record.pool_status === 'unclaimed';
  const hidden = (state?.hidden ?? []).map((name) => label(object.field(name)?.label)).filter(Boolean);
  return (
    <Card size="small" className="record-section pool-card">
      <div className="pool-card-head">
        <InboxOutlined />
        <strong>{t(lying ? 'lying' : 'holding', { pool })}</strong>
        {typeof record.expires_at === 'string' ? <Countdown until={record.expires_at} soon={state?.remind_days} /> : null}
      </div>
      {found.isPending ? <Skeleton active title={false} paragraph={{ rows: lying ? 1 : 2 }} /> : null}
      {lying || found.isPending ? null : <Protection row={record} state={state} />}
      {hidden.length > 0 ? <p className="pool-card-note">{t('hidden', { fields: listing(hidden) })}</p> : null}
      <Asked object={object} answer={answer} state={state} />
      <Movements id={record.id} />
    </Card>
  );
}

function Protection({ row, state }: { row: Row; state: PoolState | undefined }) {
  const t = useTexts(poolTexts);
  const format = useFormat();
  if (typeof row.expires_at !== 'string') return null;
  const parts = [t('until', { when: format.datetime(row.expires_at) })];
  if (state?.rule) parts.push(t(`rule_${state.rule.rule}`, { days: state.rule.days, since: format.datetime(state.rule.since) }));
  if (state?.rule?.period) parts.push(t('byPeriod', { period: state.rule.period }));
  if (typeof row.hard_end_at === 'string' && row.hard_end_at !== row.expires_at) parts.push(t('untilLatest', { when: format.datetime(row.hard_end_at) }));
  return <p className="pool-card-note">{parts.join(' · ')}</p>;
}

/** An extension that somebody has asked for; administrators of the pool answer here. */
function Asked({ object, answer, state }: PanelProps & { state: PoolState | undefined }) {
  const t = useTexts(poolTexts);
  const format = useFormat();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const { record } = answer;
  const wanted = record.extension_wanted_until;
  if (typeof wanted !== 'string') return null;
  const when = format.date(wanted);
  const why = record.extension_reason;
  const act = async (until: string | null) => {
    try {
      await doAction(object.name, record.id, 'extend', { until });
      done(t(until ? 'granted' : 'refused'));
      await changed();
    } catch (error) {
      failed(error);
    }
  };
  return (
    <div className="pool-card-asked">
      <span>{typeof why === 'string' ? t('askedWhy', { when, why }) : t('asked', { when })}</span>
      {state?.administers ? (
        <span>
          <Button size="small" type="primary" onClick={() => void act(wanted.slice(0, 10))}>{t('grant')}</Button>
          <Button size="small" onClick={() => void act(null)}>{t('refuse')}</Button>
        </span>
      ) : null}
    </div>
  );
}

function Movements({ id }: { id: string }) {
  const t = useTexts(poolTexts);
  const format = useFormat();
  const [all, setAll] = useState(false);
  const movement = useModel().object('pool_movement');
  const found = useRecords({
    object: 'pool_movement',
    // By which period is told only to who may read the periods.
    fields: movement?.field('period_id') ? [...TOLD, 'period.name'] : TOLD,
    filter: { field: 'record_id', op: '=', value: id },
    order: [{ field: 'moved_at', descending: true }],
    limit: all ? MANY : FEW,
    count: true,
  }, { enabled: movement !== undefined });
  if (found.isLoading) return <Skeleton active title={false} paragraph={{ rows: FEW }} />;
  const rows = found.data?.rows ?? [];
  const total = found.data?.total ?? 0;
  if (rows.length === 0) return null;
  return (
    <div className="pool-card-moves">
      <Timeline
        items={rows.map((row) => ({
          key: row.id,
          content: (
            <>
              {movementWords(row, t, format)}
              <small>{format.when(String(row.moved_at))}</small>
            </>
          ),
        }))}
      />
      {!all && total > FEW ? <Button size="small" type="link" onClick={() => { setAll(true); }}>{t('allMovements', { n: total })}</Button> : null}
    </div>
  );
}
