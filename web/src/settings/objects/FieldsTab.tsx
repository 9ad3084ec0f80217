import { HolderOutlined, MoreOutlined, PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input, Popover, Table, Tag, Tooltip, type TableProps } from 'antd';
import { useState } from 'react';
import { useChangeDefinitions, useDefinitionUses, useFieldTypes, useObjectDefinition, type FieldBody } from '@/api/definitions';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { PageSkeleton } from '@/ui/states';
import { DeleteDialog } from './DeleteDialog';
import { FieldDrawer } from './FieldDrawer';
import { bodyOf, moved } from './fieldBody';
import { Uses } from './Steps';
import type { TabProps } from './tabs';
import { objectsTexts } from './texts';
import { useTypeName } from './useWords';

/** The fields of the object, in their order: add, change, put out of use, delete. */
export default function FieldsTab({ object }: TabProps) {
  const t = useTexts(objectsTexts);
  const c = useTexts(common);
  const typeName = useTypeName();
  const label = useLabel();
  const format = useFormat();
  const { done, failed } = useFeedback();
  const definition = useObjectDefinition(object);
  const uses = useDefinitionUses(object).data?.fields ?? {};
  const known = useFieldTypes().data;
  const apply = useChangeDefinitions();
  const [text, setText] = useState('');
  const [editing, setEditing] = useState<FieldBody | 'new'>();
  const [deleting, setDeleting] = useState<FieldBody>();
  const [dragged, setDragged] = useState<string>();
  if (!definition.data) return <PageSkeleton />;
  const { body, indexes } = definition.data;
  const fields = body.fields;
  const sought = text.trim().toLowerCase();
  const shown = fields.filter(({ name, label: one }) => [name, one.zh, one.en].some((word) => word.toLowerCase().includes(sought)));
  const reorder = (from: number, to: number) => {
    if (to < 0 || to >= fields.length || from === to) return;
    apply.mutate({ changes: [{ object, body: { fields: moved(fields, from, to).map(({ name }) => name) } }] }, { onError: failed });
  };
  const place = (name: string) => fields.findIndex((one) => one.name === name);
  const toggle = (field: FieldBody) => {
    const whole = bodyOf({ ...field, active: field.active === false }, known?.get(field.type)?.settings ?? []);
    apply.mutate({ changes: [{ object, field: field.name, body: whole }] }, {
      onSuccess: () => { done(t(field.active === false ? 'fieldOn' : 'fieldOff', { name: label(field.label) })); },
      onError: failed,
    });
  };
  const columns: TableProps<FieldBody>['columns'] = [
    {
      key: 'move',
      width: 36,
      render: (_, field) => (sought ? null : (
        <button
          type="button"
          className="drag-handle"
          draggable
          aria-label={t('moveField', { name: label(field.label) })}
          title={t('dragHint')}
          onDragStart={() => { setDragged(field.name); }}
          onDragEnd={() => { setDragged(undefined); }}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            reorder(place(field.name), place(field.name) + (event.key === 'ArrowUp' ? -1 : 1));
          }}
        >
          <HolderOutlined />
        </button>
      )),
    },
    {
      title: t('field'),
      render: (_, field) => (
        <div className="field-name">
          <button type="button" className="link-button" onClick={() => { setEditing(field); }}>{label(field.label)}</button>
          {field.name === body.name_field ? <Tag>{t('nameField')}</Tag> : null}
          {field.active === false ? <Tag color="orange">{t('off')}</Tag> : null}
          {indexes[field.name] ? <Tooltip title={t(indexes[field.name] === 'building' ? 'indexBuildingHint' : 'indexFailedHint')}><Tag color={indexes[field.name] === 'building' ? 'processing' : 'error'}>{t(indexes[field.name] === 'building' ? 'indexBuilding' : 'indexFailed')}</Tag></Tooltip> : null}
        </div>
      ),
    },
    { title: t('apiName'), dataIndex: 'name', responsive: ['lg'], render: (name: string) => <code className="objects-api">{name}</code> },
    { title: t('fieldType'), width: 170, render: (_, field) => typeName(field) },
    {
      title: t('flags'),
      responsive: ['md'],
      render: (_, field) => (['required', 'unique', 'searchable', 'indexed'] as const).filter((flag) => field[flag]).map((flag) => <Tag key={flag} className="field-flag">{t(flag)}</Tag>),
    },
    {
      title: t('usedIn'),
      width: 90,
      align: 'right',
      responsive: ['sm'],
      render: (_, field) => {
        const found = uses[field.name] ?? [];
        return found.length === 0 ? '—' : (
          <Popover trigger="click" title={t('usesOf', { name: label(field.label) })} content={<div className="uses-pop"><Uses uses={found} /></div>}>
            <button type="button" className="link-button" aria-label={t('usesOf', { name: label(field.label) })}>{format.number(found.length)}</button>
          </Popover>
        );
      },
    },
    {
      key: 'menu',
      width: 48,
      render: (_, field) => (
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              { key: 'edit', label: c('edit'), onClick: () => { setEditing(field); } },
              { key: 'off', label: field.active === false ? t('putInUse') : t('putOutOfUse'), onClick: () => { toggle(field); } },
              { type: 'divider' },
              { key: 'delete', label: c('delete'), danger: true, onClick: () => { setDeleting(field); } },
            ],
          }}
        >
          <Button type="text" size="small" icon={<MoreOutlined />} aria-label={t('moreOf', { name: label(field.label) })} />
        </Dropdown>
      ),
    },
  ];
  return (
    <div className="fields-tab">
      <div className="objects-tools">
        <Input allowClear prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />} placeholder={t('searchFields')} aria-label={t('searchFields')} value={text} onChange={(event) => { setText(event.target.value); }} />
        {body.log ? null : <Button type="primary" icon={<PlusOutlined />} onClick={() => { setEditing('new'); }}>{t('newField')}</Button>}
      </div>
      <Table<FieldBody>
        size="middle"
        rowKey="name"
        columns={columns}
        dataSource={shown}
        pagination={false}
        rowClassName={(field) => (field.name === dragged ? 'dragged' : field.active === false ? 'faded' : '')}
        onRow={(field) => ({
          onDragOver: (event) => { if (dragged) event.preventDefault(); },
          onDrop: () => { if (dragged) reorder(place(dragged), place(field.name)); },
        })}
      />
      {editing ? <FieldDrawer key={editing === 'new' ? '' : editing.name} object={object} body={body} field={editing === 'new' ? undefined : editing} onClose={() => { setEditing(undefined); }} /> : null}
      {deleting ? <DeleteDialog name={label(deleting.label)} change={{ object, field: deleting.name, body: null }} onClose={() => { setDeleting(undefined); }} onDeleted={() => { setDeleting(undefined); }} /> : null}
    </div>
  );
}
