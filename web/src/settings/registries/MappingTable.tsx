import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Select, Space, Switch, Table } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { useCreateRecord, useDeleteRecord, useUpdateRecord } from '@/api/records';
import type { RegistryFact } from '@/api/registries';
import type { FieldMeta, Row, Values } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { registryTexts } from './texts';

const MAPPING = 'registry_mapping';
const ROWS_MAX = 200;
const STEP = 10;

interface Mapping extends Row {
  fact: string;
  field_name: string;
  policy: 'blank' | 'overwrite';
  active: boolean;
  order_number: number | null;
}

const FILLABLE = new Set<FieldMeta['type']>(['text', 'long_text', 'select', 'address', 'date', 'integer', 'currency', 'decimal', 'phone', 'email', 'url']);

/** Which fact goes into which field of an object. */
export function MappingTable({ object, facts }: { object: ObjectModel; facts: RegistryFact[] }) {
  const t = useTexts(registryTexts);
  const label = useLabel();
  const { done, failed } = useFeedback();
  const found = useRecords<Mapping>({
    object: MAPPING,
    fields: ['fact', 'field_name', 'policy', 'active', 'order_number'],
    filter: { field: 'object_name', op: '=', value: object.name },
    order: [{ field: 'order_number' }, { field: 'id' }],
    limit: ROWS_MAX,
  });
  const create = useCreateRecord(MAPPING);
  const update = useUpdateRecord(MAPPING);
  const remove = useDeleteRecord(MAPPING);
  const [fact, setFact] = useState<string>();
  const [field, setField] = useState<string>();
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <PageSkeleton />;
  const rows = found.data.rows;
  const told = { onSuccess: () => { done(t('saved')); }, onError: failed };
  const change = (row: Mapping, values: Values) => { update.mutate({ id: row.id, values }, told); };
  const taken = new Set(rows.map((row) => row.field_name));
  const fields = object.fields.filter((one) => FILLABLE.has(one.type) && one.access === 'edit' && !one.system && !one.computed);
  const called = (name: string) => label(facts.find((one) => one.name === name)?.label) || name;
  const add = () => {
    if (!fact || !field) return;
    const last = Math.max(0, ...rows.map((row) => row.order_number ?? 0));
    create.mutate(
      { key: `${object.name}.${field}`, object_name: object.name, fact, field_name: field, policy: 'blank', order_number: last + STEP },
      { onSuccess: () => { setFact(undefined); setField(undefined); done(t('saved')); }, onError: failed },
    );
  };
  return (
    <>
      <div className="registry-table">
        <Table<Mapping>
          size="small"
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowKey="id"
          dataSource={rows}
          columns={[
            { title: t('fact'), width: 200, render: (_, row) => called(row.fact) },
            { title: t('field'), render: (_, row) => label(object.field(row.field_name)?.label) || row.field_name },
            {
              title: t('policy'),
              width: 160,
              render: (_, row) => <Select size="small" aria-label={`${called(row.fact)} ${t('policy')}`} value={row.policy} options={[{ value: 'blank', label: t('keep') }, { value: 'overwrite', label: t('overwrite') }]} onChange={(policy) => { change(row, { policy }); }} />,
            },
            { title: t('active'), width: 72, render: (_, row) => <Switch size="small" aria-label={`${called(row.fact)} ${t('active')}`} checked={row.active} onChange={(active) => { change(row, { active }); }} /> },
            { width: 48, render: (_, row) => <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={`${called(row.fact)} ${t('remove')}`} onClick={() => { remove.mutate(row.id, told); }} /> },
          ]}
        />
      </div>
      <Space wrap>
        <Select size="small" className="registry-choice" aria-label={t('chooseFact')} placeholder={t('chooseFact')} value={fact} options={facts.map((one) => ({ value: one.name, label: label(one.label) }))} onChange={setFact} />
        <Select size="small" className="registry-choice" showSearch={{ optionFilterProp: 'label' }} aria-label={t('chooseField')} placeholder={t('chooseField')} value={field}
          options={fields.filter((one) => !taken.has(one.name)).map((one) => ({ value: one.name, label: label(one.label) }))} onChange={setField} />
        <Button size="small" icon={<PlusOutlined />} disabled={!fact || !field} loading={create.isPending} onClick={add}>{t('addMapping')}</Button>
      </Space>
    </>
  );
}
