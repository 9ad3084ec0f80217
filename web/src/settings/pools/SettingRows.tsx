import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Table, type TableColumnType } from 'antd';
import { useModel, withNames } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { useDeleteRecord } from '@/api/records';
import type { Row, Values } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { widgetOf } from '@/records/list';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState } from '@/ui/states';
import { poolSettingTexts } from './texts';

interface Props {
  object: string;
  columns: string[];
  /** The field and value that all of the rows have, and new ones begin with. */
  by: { field: string; value: string };
  add: string;
  empty: { title: string; hint: string };
  /** There is at most one. */
  single?: boolean;
  initial?: Values;
}

/** Records of a setting, edited in the ordinary form. */
export function SettingRows({ object: name, columns, by, add, empty, single, initial }: Props) {
  const t = useTexts(poolSettingTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const openForm = useOpenForm();
  const { done, failed, confirm } = useFeedback();
  const remove = useDeleteRecord(name);
  const object = model.object(name);
  const found = useRecords({
    object: name,
    fields: object ? withNames(model, name, [object.name_field, ...columns]) : ['id'],
    filter: { field: by.field, op: '=', value: by.value },
    order: object?.field('order_number') ? [{ field: 'order_number' }] : [{ field: 'id' }],
    limit: 200,
  }, { enabled: object !== undefined });
  if (!object) return null;
  const rows = found.data?.rows ?? [];
  const make = <Button type="primary" icon={<PlusOutlined />} onClick={() => { openForm({ object: name, initial: { [by.field]: by.value, ...initial } }); }}>{add}</Button>;
  const drop = async (row: Row) => {
    const sure = await confirm({ title: t('deleteAsk', { name: label(object.label) }), ok: t('delete'), cancel: c('cancel'), danger: true });
    if (!sure) return;
    remove.mutate(row.id, { onSuccess: () => { done(t('deleted')); }, onError: failed });
  };
  const drawn: TableColumnType<Row>[] = [
    ...columns.map((path): TableColumnType<Row> => {
      const field = object.field(path);
      if (!field) return { key: path };
      const { Cell, align } = widgetOf(object, field);
      return { key: path, title: label(field.label), align, render: (_, row) => (row[path] === null || row[path] === undefined ? '—' : <Cell field={field} value={row[path]} row={row} />) };
    }),
    {
      key: '$acts', width: 88, align: 'right',
      render: (_, row) => (
        <>
          <Button type="text" size="small" icon={<EditOutlined />} aria-label={t('edit')} title={t('edit')} onClick={() => { openForm({ object: name, id: row.id }); }} />
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('delete')} title={t('delete')} onClick={() => void drop(row)} />
        </>
      ),
    },
  ];
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <div className="pool-setting-rows">
      {rows.length > 0 && !single ? <div className="pool-setting-head">{make}</div> : null}
      {found.isSuccess && rows.length === 0 ? <EmptyState title={empty.title} hint={empty.hint} action={make} /> : (
        <Table<Row> size="middle" rowKey="id" loading={found.isPending} pagination={false} dataSource={rows} columns={drawn} scroll={{ x: 'max-content' }} />
      )}
    </div>
  );
}
