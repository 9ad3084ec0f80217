import { PlusOutlined } from '@ant-design/icons';
import { Button, Segmented, Table, Tabs, Tag } from 'antd';
import { Link, useNavigate, useSearchParams } from 'react-router';
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

/** Where the settings of a standard object's pools are; those of a company's own are on each of these pages. */
const PLACES: Record<string, string | undefined> = { lead: '/settings/lead-pools', account: '/settings/account-pools' };

/** The four settings of pools of one object: pools, limits, self-created records, reasons (domain.md 5.8). */
export function PoolsPage({ object: usual }: { object: 'lead' | 'account' }) {
  const t = useTexts(poolSettingTexts);
  const label = useLabel();
  const model = useModel();
  const [address, setAddress] = useSearchParams();
  const own = address.get('object');
  const shown = (own === null ? undefined : model.objects.find((one) => one.name === own && one.field('pool_status'))) ?? model.object(usual);
  const object = shown?.name ?? usual;
  const here: Record<string, string> = object === usual ? {} : { object };
  const id = address.get('pool');
  if (id) return <PoolDetail id={id} onBack={() => { setAddress(here); }} />;
  const by = { field: 'object_name', value: object };
  return (
    <div className="pool-settings">
      <header>
        <h1>{object === 'lead' || object === 'account' ? t(`title_${object}`) : t('titleOf', { objects: label(shown?.label) })}</h1>
        <p>{t('hint')}</p>
        <Kinds object={object} />
      </header>
      <Tabs
        key={object}
        activeKey={address.get('tab') ?? 'pools'}
        onChange={(tab) => { setAddress({ ...here, tab }, { replace: true }); }}
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

/** The objects whose records can lie in pools, where a company has some of its own beside leads and accounts. */
function Kinds({ object }: { object: string }) {
  const t = useTexts(poolSettingTexts);
  const label = useLabel();
  const navigate = useNavigate();
  const kinds = useModel().objects.filter((one) => one.field('pool_status'));
  if (kinds.every(({ name }) => PLACES[name])) return null;
  return (
    <Segmented
      className="pool-kinds"
      aria-label={t('kinds')}
      value={object}
      options={kinds.map((one) => ({ value: one.name, label: label(one.label) }))}
      onChange={(name) => void navigate(PLACES[name] ?? { search: `?object=${name}` })}
    />
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
          { key: 'name', title: label(pool?.field('name')?.label), width: '28%', render: (_, row) => <Link to={`?${new URLSearchParams({ object, pool: row.id }).toString()}`}>{String(row.name)}</Link> },
          { key: 'rules', title: t('rules'), render: (_, row) => rulesWords(rulesOf(row), t) },
          { key: 'active', render: (_, row) => (row.active === false ? <Tag>{t('off')}</Tag> : null) },
        ]}
      />
    </>
  );
}
