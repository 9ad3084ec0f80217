import { Button, Form, InputNumber, Modal, Select } from 'antd';
import { useState } from 'react';
import type { RelatedBody } from '@/api/layouts';
import { isLink, namePath, useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { ColumnDrawer, pathLabel } from '@/records/list';
import { layoutTexts } from './texts';

interface Props {
  related: RelatedBody;
  onSave: (related: RelatedBody) => void;
  onClose: () => void;
}

const ROWS_MAX = 50;

/** Columns, order and length of a related list. */
export function RelatedDialog({ related, onSave, onClose }: Props) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const model = useModel();
  const child = model.object(related.object);
  const [columns, setColumns] = useState(related.columns);
  const [sort, setSort] = useState(related.sort?.[0] ? `${related.sort[0].descending ? '-' : ''}${related.sort[0].field}` : '');
  const [rows, setRows] = useState(related.rows ?? null);
  const [choosing, setChoosing] = useState(false);
  if (!child) return null;
  const sortable = columns.flatMap((path) => {
    const field = model.fieldAt(child.name, path);
    if (!field || field.sortable === false) return [];
    const key = isLink(field) ? namePath(path) : path;
    const text = pathLabel(model, child.name, path, label);
    return [{ value: key, label: `${text} · ${t('ascending')}` }, { value: `-${key}`, label: `${text} · ${t('descending')}` }];
  });
  const known = sort === '' || sortable.some(({ value }) => value === sort);
  const save = () => {
    const { object, field, label: own } = related;
    onSave({
      object, field, ...(own ? { label: own } : {}), columns,
      ...(sort && known ? { sort: [sort.startsWith('-') ? { field: sort.slice(1), descending: true } : { field: sort }] } : {}),
      ...(rows === null ? {} : { rows }),
    });
  };
  return (
    <Modal open width={480} title={label(related.label ?? child.plural)} onOk={save} onCancel={onClose}>
      <Form layout="vertical" component="div" className="layout-form">
        <Form.Item label={t('relatedColumns')}>
          <div className="layout-columns">
            {columns.map((path) => pathLabel(model, child.name, path, label)).join(' · ')}
            <Button size="small" onClick={() => { setChoosing(true); }}>{t('choose')}</Button>
          </div>
        </Form.Item>
        <Form.Item label={t('relatedSort')} htmlFor="related-sort">
          <Select id="related-sort" value={known ? sort : ''} options={[{ value: '', label: t('newest') }, ...sortable]} onChange={setSort} />
        </Form.Item>
        <Form.Item label={t('rows')} htmlFor="related-rows"><InputNumber id="related-rows" min={1} max={ROWS_MAX} precision={0} placeholder="5" value={rows} onChange={setRows} /></Form.Item>
      </Form>
      {choosing ? <ColumnDrawer object={child} columns={columns} onApply={setColumns} onClose={() => { setChoosing(false); }} /> : null}
    </Modal>
  );
}
