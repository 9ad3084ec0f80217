import { PlusOutlined } from '@ant-design/icons';
import { Button, Table, Tabs, Tag } from 'antd';
import { Link, useSearchParams } from 'react-router';
import { useModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { Row } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { EmptyState, ErrorState } from '@/ui/states';
import { PoolDetail } from './PoolDetail';
import { rulesOf, rulesWords } from './rules';
import { SettingRows } from './SettingRows';
import { poolSettingTexts } from './texts';
import './pools.css';

/** The four settings of pools of one object: pools, limits, self-created records, reasons (domain.md 5.8). */
export function PoolsPage({ object }: { object: 'lead' | 'account' }) {
  const t = useTexts(poolSettingTexts);
  const [address, setAddress] = useSearchParams();
  const id = address.get('pool');
  if (id) return <PoolDetail id={id} onBack={() => { setAddress({}); }} />;
  const by = { field: 'object_name', value: object };
  return (
    <div className="pool-settings">
      <header>
        <h1>{t(object === 'lead' ? 'title_lead' : 'title_account')}</h1>
        <p>{t('hint')}</p>
      </header>
      <Tabs
        activeKey={address.get('tab') ?? 'pools'}
        onChange={(tab) => { setAddress({ tab }, { replace: true }); }}
        items={[
          { key: 'pools', label: t('pools'), children: <Pools object={object} /> },
          { key: 'limits', label: t('limits'), children: <SettingRows object="pool_limit" columns={['member_id', 'with_below', 'max_held', 'not_counted', 'active']} by={by} add={t('addLimit')} empty={{ title: t('noLimits'), hint: t('noLimitsHint') }} /> },
          { key: 'self', label: t('selfCreated'), children: <SettingRows object="pool_self_created" columns={['rule']} by={by} add={t('addRule')} single empty={{ title: t('noRule'), hint: t('noRuleHint') }} /> },
          { key: 'reasons', label: t('reasons'), children: <SettingRows object="pool_return_reason" columns={['name', 'needs_description', 'active']} by={by} add={t('addReason')} empty={{ title: t('noReasons'), hint: t('noReasonsHint') }} /> },
        ]}
      />
    </div>
  );
}

function Pools({ object }: { object: string }) {
  const t = useTexts(poolSettingTexts);
  const label = useLabel();
  const openForm = useOpenForm();
  const pool = useModel().object('pool');
  const found = useRecords({
    object: 'pool',
    fields: ['name', 'active', 'claim_rule', 'visibility', 'recycle_rule', 'default_days', 'extend_days', 'longest_days', 'no_activity_days', 'remind_days'],
    filter: { field: 'object_name', op: '=', value: object },
    order: [{ field: 'order_number' }, { field: 'name' }],
    limit: 200,
  });
  const make = <Button type="primary" icon={<PlusOutlined />} onClick={() => { openForm({ object: 'pool', initial: { object_name: object } }); }}>{t('add')}</Button>;
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const rows = found.data?.rows ?? [];
  if (found.isSuccess && rows.length === 0) return <EmptyState title={t('none')} hint={t('noneHint')} action={make} />;
  return (
    <>
      <div className="pool-setting-head">{make}</div>
      <Table<Row>
        size="middle"
        rowKey="id"
        loading={found.isPending}
        pagination={false}
        dataSource={rows}
        columns={[
          { key: 'name', title: label(pool?.field('name')?.label), width: '28%', render: (_, row) => <Link to={`?pool=${row.id}`}>{String(row.name)}</Link> },
          { key: 'rules', title: t('rules'), render: (_, row) => rulesWords(rulesOf(row), t) },
          { key: 'active', render: (_, row) => (row.active === false ? <Tag>{t('off')}</Tag> : null) },
        ]}
      />
    </>
  );
}
