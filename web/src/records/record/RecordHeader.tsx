import { DeleteOutlined, EditOutlined, LinkOutlined, MoreOutlined, SafetyCertificateOutlined, SwapOutlined } from '@ant-design/icons';
import { Button, Dropdown, Modal, type MenuProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import { restoreRecord, useDataChanged, useDeleteRecord, useUpdateRecord } from '@/api/records';
import type { LookupRow, RecordAnswer } from '@/api/types';
import { FIELD_WIDGETS, isBlank, LookupPicker } from '@/fields';
import { common, useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { ObjectIcon } from '@/ui/objectIcon';
import { recordTexts } from './texts';

const AccessDrawer = lazy(() => import('./AccessDrawer'));

/** The record's name, what matters most about it, and what may be done with it. */
export function RecordHeader({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const navigate = useNavigate();
  const openForm = useOpenForm();
  const { done, failed, confirm } = useFeedback();
  const changed = useDataChanged();
  const remove = useDeleteRecord(object.name);
  const [giving, setGiving] = useState(false);
  const [explaining, setExplaining] = useState(false);
  const { record, can } = answer;
  const name = String(record[object.name_field] ?? '') || `#${record.id}`;
  const list = `/o/${object.name}`;
  const c = useTexts(common);

  const restore = async () => {
    try {
      await restoreRecord(object.name, record.id);
      await changed();
      void navigate(`${list}/${record.id}`);
    } catch (error) {
      failed(error);
    }
  };
  const onDelete = async () => {
    const sure = await confirm({ title: t('deleteAsk', { name }), content: t('deleteHint'), ok: t('delete'), cancel: c('cancel'), danger: true });
    if (!sure) return;
    try {
      await remove.mutateAsync(record.id);
      void navigate(list);
      done(t('deleted', { name }), () => void restore());
    } catch (error) {
      failed(error);
    }
  };
  const items: MenuProps['items'] = [
    ...(can.transfer && object.field('owner_id') ? [{ key: 'transfer', icon: <SwapOutlined />, label: t('transfer'), onClick: () => { setGiving(true); } }] : []),
    { key: 'access', icon: <SafetyCertificateOutlined />, label: t('access'), onClick: () => { setExplaining(true); } },
    {
      key: 'link',
      icon: <LinkOutlined />,
      label: t('copyLink'),
      onClick: () => void navigator.clipboard.writeText(window.location.href).then(() => { done(t('copied')); }, failed),
    },
    ...(can.delete ? [{ key: 'delete', icon: <DeleteOutlined />, danger: true, label: t('delete'), onClick: () => void onDelete() }] : []),
  ];
  const highlights = object.layout.highlights.map((path) => object.field(path)).filter((field) => field !== undefined);
  return (
    <header className="record-head">
      <div className="record-title">
        <span className="record-icon"><ObjectIcon icon={object.icon} /></span>
        <div className="record-names">
          <Link to={list} className="record-kind">{label(object.label)}</Link>
          <h1>{name}</h1>
        </div>
        <div className="record-actions">
          {can.update ? (
            <Button type="primary" icon={<EditOutlined />} onClick={() => { openForm({ object: object.name, id: record.id }); }}>
              {t('edit')}
            </Button>
          ) : null}
          <Dropdown menu={{ items }} trigger={['click']}>
            <Button icon={<MoreOutlined />} aria-label={t('more')} />
          </Dropdown>
        </div>
      </div>
      {highlights.length > 0 ? (
        <dl className="record-highlights">
          {highlights.map((field) => {
            const { Cell } = FIELD_WIDGETS[field.type];
            const value = record[field.name];
            return (
              <div key={field.name}>
                <dt>{label(field.label)}</dt>
                <dd>{isBlank(value) ? '—' : <Cell field={field} value={value} row={record} />}</dd>
              </div>
            );
          })}
        </dl>
      ) : null}
      {explaining ? <Suspense><AccessDrawer object={object} answer={answer} onClose={() => { setExplaining(false); }} /></Suspense> : null}
      {giving ? <OwnerDialog object={object} answer={answer} onClose={() => { setGiving(false); }} /> : null}
    </header>
  );
}

function OwnerDialog({ object, answer, onClose }: { object: ObjectModel; answer: RecordAnswer; onClose: () => void }) {
  const t = useTexts(recordTexts);
  const update = useUpdateRecord(object.name);
  const { done, failed } = useFeedback();
  const [owner, setOwner] = useState<LookupRow>();
  const give = async () => {
    if (!owner) return;
    try {
      await update.mutateAsync({ id: answer.record.id, values: { owner_id: owner.id }, version: answer.version });
      done(t('transferred', { name: owner.name ?? '' }));
      onClose();
    } catch (error) {
      failed(error);
    }
  };
  return (
    <Modal open title={t('transfer')} onCancel={onClose} onOk={() => void give()} okButtonProps={{ disabled: !owner, loading: update.isPending }}>
      <p>{t('transferTo')}</p>
      <LookupPicker
        object="user"
        value={owner ? [owner.id] : []}
        autoFocus
        onChange={(_, rows) => { setOwner(rows[0]); }}
      />
    </Modal>
  );
}
