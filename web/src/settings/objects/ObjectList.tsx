import { DeleteOutlined, PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Input, Segmented, Skeleton, Table, Tag, type TableProps } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useObjectDefinitions, type ListedObject } from '@/api/definitions';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { EmptyState, ErrorState } from '@/ui/states';
import { kindOf, matching, type Kind } from './listed';
import { ObjectDrawer } from './ObjectDrawer';
import { objectsTexts } from './texts';

const KINDS = ['business', 'custom', 'settings', 'all'] as const satisfies Kind[];

/** All objects: whose they are and how much there is of each. */
export function ObjectList() {
  const t = useTexts(objectsTexts);
  const label = useLabel();
  const format = useFormat();
  const objects = useObjectDefinitions();
  const [text, setText] = useState('');
  const [kind, setKind] = useState<Kind>('business');
  const [making, setMaking] = useState(false);
  const navigate = useNavigate();
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  if (objects.isError) return <ErrorState error={objects.error} onRetry={() => void objects.refetch()} />;
  const all = objects.data?.objects ?? [];
  const columns: TableProps<ListedObject>['columns'] = [
    {
      title: t('name'),
      render: (_, object) => (
        <Link to={object.name} className="objects-name">
          <span className="objects-icon" aria-hidden="true"><ObjectIcon icon={object.icon} /></span>
          {label(object.label)}
        </Link>
      ),
    },
    { title: t('apiName'), dataIndex: 'name', responsive: ['lg'], render: (name: string) => <code className="objects-api">{name}</code> },
    { title: t('kind'), width: 120, responsive: ['sm'], render: (_, object) => <><Tag>{object.package === null ? t('custom') : t('standard')}</Tag>{object.active ? null : <Tag color="orange">{t('off')}</Tag>}</> },
    { title: t('fields'), width: 100, align: 'right', dataIndex: 'fields', responsive: ['md'], render: (n: number) => format.number(n) },
    { title: t('records'), width: 130, align: 'right', render: (_, { records, records_capped: capped }) => `${format.number(records)}${capped ? '+' : ''}` },
    { title: t('searchable'), width: 110, align: 'center', responsive: ['md'], render: (_, { searchable }) => (searchable ? t('yes') : '—') },
  ];
  return (
    <div className="objects">
      <header className="objects-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <div className="objects-heads">
          <Button icon={<DeleteOutlined />} onClick={() => void navigate('-/deleted')}>{t('bin')}</Button>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => { setMaking(true); }}>{t('newObject')}</Button>
        </div>
      </header>
      <div className="objects-tools">
        <Input
          allowClear
          prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />}
          placeholder={t('search')}
          aria-label={t('search')}
          value={text}
          onChange={(event) => { setText(event.target.value); }}
        />
        <Segmented<Kind> value={kind} onChange={setKind} options={KINDS.map((one) => ({ value: one, label: t(one) }))} />
      </div>
      {objects.isPending ? <Skeleton active /> : (
        <Table<ListedObject>
          size="middle"
          rowKey="name"
          columns={columns}
          dataSource={matching(all.filter((object) => kind === 'all' || kindOf(object) === kind || (kind === 'custom' && object.package === null)), text)}
          pagination={false}
          locale={{ emptyText: <EmptyState title={text ? t('nothing', { text }) : t('none')} /> }}
        />
      )}
      {making ? <ObjectDrawer onClose={() => { setMaking(false); }} onSaved={(name) => void navigate(`${name}/fields`)} /> : null}
    </div>
  );
}
