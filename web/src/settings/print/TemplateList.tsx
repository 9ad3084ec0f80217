import { PlusOutlined } from '@ant-design/icons';
import { Button, Modal, Select, Table, Tag, type TableProps } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { Row } from '@/api/types';
import { common, useLabel, useSettings, useTexts } from '@/i18n';
import { focusFirst } from '@/ui/focus';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { templateTexts } from './texts';

/** All print templates, by object. */
export function TemplateList() {
  const t = useTexts(templateTexts);
  const label = useLabel();
  const model = useModel();
  const { language } = useSettings();
  const [making, setMaking] = useState(false);
  const found = useRecords({
    object: 'print_template',
    fields: ['name', 'name_en', 'object_name', 'paper', 'orientation', 'active'],
    order: [{ field: 'object_name' }, { field: 'order_number' }, { field: 'id' }],
    limit: 500,
  });
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const object = model.object('print_template');
  const optionOf = (field: string, value: unknown) => {
    const option = object?.field(field)?.options?.find((one) => one.value === value);
    return option ? label(option.label) : '';
  };
  const columns: TableProps<Row>['columns'] = [
    {
      title: t('name'),
      render: (_, row) => <Link to={row.id}>{language === 'en' ? String(row.name_en ?? row.name) : String(row.name)}</Link>,
    },
    { title: t('object'), render: (_, row) => label(model.object(String(row.object_name))?.label) || String(row.object_name) },
    { title: t('paper'), responsive: ['md'], render: (_, row) => `${optionOf('paper', row.paper)} · ${optionOf('orientation', row.orientation)}` },
    { title: t('active'), width: 100, render: (_, row) => (row.active === true ? <Tag color="green">{t('active')}</Tag> : <Tag>{t('off')}</Tag>) },
  ];
  return (
    <div className="print-settings">
      <header className="print-settings-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => { setMaking(true); }}>{t('new')}</Button>
      </header>
      {found.isPending ? <PageSkeleton /> : null}
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data ? <Table<Row> size="middle" rowKey="id" columns={columns} dataSource={found.data.rows} pagination={false} locale={{ emptyText: <EmptyState title={t('empty')} /> }} /> : null}
      {making ? <ObjectDialog onClose={() => { setMaking(false); }} /> : null}
    </div>
  );
}

function ObjectDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(templateTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const navigate = useNavigate();
  const [object, setObject] = useState<string>();
  const printable = model.objects.filter((one) => one.can('print') && (one.navigation ?? null) !== null);
  return (
    <Modal
      open
      width={420}
      afterOpenChange={focusFirst}
      title={t('chooseObject')}
      okText={t('new')}
      cancelText={c('cancel')}
      okButtonProps={{ disabled: object === undefined }}
      onOk={() => void navigate(`new/${object ?? ''}`)}
      onCancel={onClose}
    >
      <p>{t('chooseObjectHint')}</p>
      <Select
        aria-label={t('object')}
        style={{ width: '100%' }}
        showSearch={{ optionFilterProp: 'label' }}
        value={object}
        onChange={setObject}
        options={printable.map((one) => ({ value: one.name, label: label(one.label) }))}
      />
    </Modal>
  );
}
