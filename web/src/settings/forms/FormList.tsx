import { PlusOutlined } from '@ant-design/icons';
import { Button, Table, Tag, type TableProps } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useRecords } from '@/api/query';
import type { Row } from '@/api/types';
import { useTexts } from '@/i18n';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { webFormTexts } from './texts';

/** All forms with what each has brought. */
export function FormList() {
  const t = useTexts(webFormTexts);
  const found = useRecords({ object: 'web_form', fields: ['name', 'key', 'active', 'campaign.name'], order: [{ field: 'name' }], limit: 200 });
  const brought = useRecords<{ form_id: string; leads: number }>({
    object: 'web_form_submission', fields: ['form_id', { function: 'count', name: 'leads' }], group: ['form_id'], filter: { field: 'outcome', op: '=', value: 'created' }, limit: 200,
  });
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const make = <Link to="new"><Button type="primary" icon={<PlusOutlined />}>{t('new')}</Button></Link>;
  const columns: TableProps<Row>['columns'] = [
    { title: t('name'), render: (_, row) => <Link to={row.id}>{String(row.name)}</Link> },
    { title: t('key'), responsive: ['md'], render: (_, row) => <a href={`/forms/${String(row.key)}`} target="_blank" rel="noopener noreferrer">/forms/{String(row.key)}</a> },
    { title: t('campaign'), responsive: ['md'], render: (_, row) => String(row['campaign.name'] ?? '') },
    { title: t('leads'), align: 'right', width: 110, render: (_, row) => brought.data?.rows.find((one) => one.form_id === row.id)?.leads ?? 0 },
    { title: t('active'), width: 100, render: (_, row) => (row.active === true ? <Tag color="green">{t('active')}</Tag> : <Tag>{t('off')}</Tag>) },
  ];
  return (
    <div className="print-settings">
      <header className="print-settings-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <div className="print-editor-actions">
          <Link to="/o/web_form_submission"><Button>{t('submissions')}</Button></Link>
          {make}
        </div>
      </header>
      {found.isPending ? <PageSkeleton /> : null}
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data && found.data.rows.length === 0 ? <EmptyState title={t('empty')} hint={t('emptyHint')} action={make} /> : null}
      {found.data && found.data.rows.length > 0 ? <Table<Row> size="middle" rowKey="id" columns={columns} dataSource={found.data.rows} pagination={false} /> : null}
    </div>
  );
}
