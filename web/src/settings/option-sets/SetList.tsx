import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Input, Skeleton, Table, Tag, Tooltip, type TableProps } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useListedSets, type ListedSet } from '@/api/optionSets';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { EmptyState, ErrorState } from '@/ui/states';
import { optionSetTexts } from './texts';
import { UseTags } from './UseTags';

/** All sets: the company's own first, those that come with the product behind. */
export function SetList() {
  const t = useTexts(optionSetTexts);
  const label = useLabel();
  const format = useFormat();
  const sets = useListedSets();
  const [text, setText] = useState('');
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  if (sets.isError) return <ErrorState error={sets.error} onRetry={() => void sets.refetch()} />;
  const sought = text.trim().toLowerCase();
  const shown = (sets.data ?? []).filter((set) => `${set.name} ${set.label.zh} ${set.label.en}`.toLowerCase().includes(sought));
  const columns: TableProps<ListedSet>['columns'] = [
    { title: t('name'), render: (_, set) => <Link to={set.name}>{label(set.label)}</Link> },
    { title: t('code'), dataIndex: 'name', responsive: ['lg'], render: (name: string) => <code className="sets-code">{name}</code> },
    { title: t('kind'), width: 110, responsive: ['sm'], render: (_, set) => <Tag color={set.preset ? 'default' : 'blue'}>{t(set.preset ? 'preset' : 'own')}</Tag> },
    { title: t('options'), width: 90, align: 'right', render: (_, set) => <span className="number">{format.number(set.count)}</span> },
    {
      title: t('used'), width: 110,
      render: (_, set) =>
        set.used_by.length === 0 ? <span style={{ color: 'var(--ink-3)' }}>{t('unused')}</span> : (
          <Tooltip title={<UseTags uses={set.used_by} />}><span tabIndex={0}>{t('usedTimes', { n: set.used_by.length })}</span></Tooltip>
        ),
    },
  ];
  return (
    <div className="sets">
      <header className="sets-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <Link to="new"><Button type="primary" icon={<PlusOutlined />}>{t('add')}</Button></Link>
      </header>
      <Input
        allowClear className="sets-search" prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />} placeholder={t('search')} aria-label={t('search')}
        value={text} onChange={(event) => { setText(event.target.value); }}
      />
      {sets.isPending ? <Skeleton active /> : (
        <Table<ListedSet>
          size="middle" rowKey="name" columns={columns} dataSource={shown} pagination={false}
          locale={{ emptyText: <EmptyState title={t('nothing')} hint={t('nothingHint')} /> }}
        />
      )}
    </div>
  );
}
