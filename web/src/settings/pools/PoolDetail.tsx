import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button, Segmented, Table, Tabs, Tag } from 'antd';
import { useState } from 'react';
import { useModel } from '@/api/metadata';
import { usePoolStatistics, type PoolPerson } from '@/api/pools';
import { useRecords } from '@/api/query';
import { useRecord } from '@/api/records';
import type { RecordAnswer } from '@/api/types';
import { useFormat, useLabel, useListing, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { RelatedLists } from '@/records/record';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { periodWords, rulesOf, rulesWords } from './rules';
import { RulesPicture } from './RulesPicture';
import { poolSettingTexts } from './texts';
import { Trial } from './Trial';

/** One pool: its rules in plain words and as a picture, a trial of others, its people, and who does what. */
export function PoolDetail({ id, onBack }: { id: string; onBack: () => void }) {
  const t = useTexts(poolSettingTexts);
  const openForm = useOpenForm();
  const object = useModel().object('pool');
  const found = useRecord('pool', id);
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data || !object) return <PageSkeleton />;
  const { record } = found.data;
  return (
    <div className="pool-settings">
      <header className="pool-detail-head">
        <Button type="text" icon={<ArrowLeftOutlined />} aria-label={t('back')} title={t('back')} onClick={onBack} />
        <h1>{String(record.name)}</h1>
        {record.active === false ? <Tag>{t('off')}</Tag> : null}
        <Button type="primary" onClick={() => { openForm({ object: 'pool', id }); }}>{t('edit')}</Button>
      </header>
      <Tabs
        items={[
          { key: 'rules', label: t('rules'), children: <Rules answer={found.data} /> },
          { key: 'people', label: t('people'), children: <RelatedLists object={object} answer={found.data} /> },
          { key: 'statistics', label: t('statistics'), children: <Statistics id={id} /> },
        ]}
      />
    </div>
  );
}

function Rules({ answer }: { answer: RecordAnswer }) {
  const t = useTexts(poolSettingTexts);
  const listing = useListing();
  const label = useLabel();
  const model = useModel();
  const { record } = answer;
  const rules = rulesOf(record);
  const periods = useRecords({
    object: 'pool_period',
    fields: ['name', 'default_days', 'extend_days', 'longest_days', 'no_activity_days'],
    filter: { and: [{ field: 'pool_id', op: '=', value: record.id }, { field: 'active', op: '=', value: true }] },
    order: [{ field: 'order_number' }],
    limit: 100,
  }, { enabled: rules.automatic });
  const pooled = model.object(String(record.object_name));
  const names = hidden(record.hidden_fields).map((name) => label(pooled?.field(name)?.label)).filter(Boolean);
  const n = (name: string) => Number(record[name] ?? 0);
  const sentences = [
    t(record.visibility === 'closed' ? 'claimClosed' : record.claim_rule === 'assigned' ? 'claimAssigned' : 'claimSelf'),
    t(record.transfer_rule === 'administrators' ? 'saysTransferAdmins' : 'saysTransferMembers'),
    ...(n('daily_limit') > 0 ? [t('saysDaily', { n: n('daily_limit') })] : []),
    ...(n('max_held') > 0 ? [t('saysHeld', { n: n('max_held') })] : []),
    ...(n('refreeze_days') > 0 ? [t('saysFreeze', { n: n('refreeze_days') })] : []),
    ...(n('new_data_days') > 0 ? [t('saysNew', { n: n('new_data_days') })] : []),
    ...(names.length > 0 ? [t('saysHidden', { fields: listing(names) })] : []),
  ];
  return (
    <>
      <section className="pool-panel">
        <ul className="pool-sentences">
          {sentences.map((one) => <li key={one}>{one}</li>)}
          <li>{rulesWords(rules, t)}</li>
          {rules.automatic && record.follow_ups === 'deals' ? <li>{t('saysDeals')}</li> : null}
          {(rules.automatic ? periods.data?.rows ?? [] : []).map((one) => <li key={one.id}>{periodWords(one, t)}</li>)}
          {rules.automatic && n('remind_days') > 0 ? <li>{t('saysRemind', { n: n('remind_days') })}</li> : null}
        </ul>
        {rules.automatic ? <RulesPicture rules={rules} /> : null}
      </section>
      <Trial key={record.version} answer={answer} rules={rules} />
    </>
  );
}

function hidden(text: unknown): string[] {
  try {
    const names: unknown = JSON.parse(typeof text === 'string' ? text : '[]');
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

function Statistics({ id }: { id: string }) {
  const t = useTexts(poolSettingTexts);
  const format = useFormat();
  const [days, setDays] = useState(30);
  const found = usePoolStatistics(id, days);
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const column = (title: string, value: (one: PoolPerson) => number) => ({
    title, align: 'right' as const, className: 'number', sorter: (a: PoolPerson, b: PoolPerson) => value(a) - value(b), render: (_: unknown, one: PoolPerson) => format.number(value(one)),
  });
  const kinds = (one: PoolPerson, ...names: string[]) => names.reduce((sum, name) => sum + (one.kinds[name] ?? 0), 0);
  return (
    <>
      <div className="pool-setting-head">
        <Segmented value={days} options={[{ value: 30, label: t('last30') }, { value: 90, label: t('last90') }]} onChange={setDays} />
      </div>
      {found.data?.length === 0 ? <EmptyState title={t('nobody')} /> : (
        <Table<PoolPerson>
          size="middle"
          rowKey="id"
          loading={found.isPending}
          pagination={false}
          dataSource={found.data ?? []}
          scroll={{ x: 'max-content' }}
          columns={[
            { title: t('person'), dataIndex: 'name' },
            column(t('held'), (one) => one.held),
            column(t('claims'), (one) => kinds(one, 'claim')),
            column(t('given'), (one) => kinds(one, 'assign', 'distribute', 'transfer')),
            column(t('returns'), (one) => kinds(one, 'return_from')),
            column(t('lost'), (one) => kinds(one, 'expire_from', 'reclaim_from')),
            { ...column(t('again'), (one) => one.again), render: (_: unknown, one: PoolPerson) => (one.again > 0 ? <Tag color="orange">{format.number(one.again)}</Tag> : '0') },
          ]}
        />
      )}
      <p className="pool-hint">{t('againHint')}</p>
    </>
  );
}
