import { DeleteOutlined, EditOutlined, LinkOutlined, LockOutlined, MoreOutlined, PrinterOutlined, SafetyCertificateOutlined, SwapOutlined, TagOutlined, UnlockOutlined } from '@ant-design/icons';
import { Button, Dropdown, Modal, Tag, Tooltip, type MenuProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { creatableTypes, layoutOf, typeOf, RECORD_TYPE } from '@/api/arrangement';
import type { ObjectModel } from '@/api/metadata';
import { restoreRecord, useDataChanged, useDeleteRecord, useLockRecord, useUpdateRecord } from '@/api/records';
import type { LookupRow } from '@/api/lookup';
import type { RecordAnswer } from '@/api/types';
import { isBlank, LookupPicker, useCalled } from '@/fields';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { usePersonActions } from '@/people';
import { useRecordActions } from '@/records/actions';
import { useButtons } from '@/records/buttons';
import { widgetOf } from '@/records/list';
import { EDITORS } from '@/records/editors';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { ObjectIcon } from '@/ui/objectIcon';
import { PinButton, useOpened } from './PinButton';
import { recordTexts } from './texts';
import { useViewAsRecord } from './useViewAsRecord';

const TypeDialog = lazy(() => import('./TypeDialog'));
const AccessDrawer = lazy(() => import('./AccessDrawer'));
const PrintDialog = lazy(() => import('@/records/print/PrintDialog'));

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
  const [retyping, setRetyping] = useState(false);
  const [printing, setPrinting] = useState(false);
  const { record, can } = answer;
  const name = String(useCalled()(object, object.name_field, record) ?? '') || `#${record.id}`;
  const list = `/o/${object.name}`;
  const editor = EDITORS[object.name];
  const c = useTexts(common);
  const person = usePersonActions(object.name, answer);
  useOpened(object.name, record.id);

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
  const locking = useLockRecord(object.name);
  const locked = typeof record.locked_at === 'string';
  const setLock = (wanted: boolean) => {
    locking.mutate({ id: record.id, locked: wanted }, {
      onSuccess: () => { done(t(wanted ? 'lockDone' : 'unlockDone', { name }), () => { locking.mutate({ id: record.id, locked: !wanted }, { onError: failed }); }); },
      onError: failed,
    });
  };
  const actions = useRecordActions(object, answer);
  const viewAs = useViewAsRecord(object, answer);
  const others = creatableTypes(object).some((one) => one.name !== record[RECORD_TYPE]);
  const retypable = can.update && others && answer.editable_fields.includes(RECORD_TYPE);
  const buttons = useButtons(object, answer);
  const items: MenuProps['items'] = [
    ...buttons.items,
    ...actions.items,
    ...viewAs,
    ...(buttons.items.length + actions.items.length + viewAs.length > 0 ? [{ type: 'divider' as const }] : []),
    ...(can.transfer && object.field('owner_id') ? [{ key: 'transfer', icon: <SwapOutlined />, label: t('transfer'), onClick: () => { setGiving(true); } }] : []),
    ...(retypable ? [{ key: 'type', icon: <TagOutlined />, label: t('changeType'), onClick: () => { setRetyping(true); } }] : []),
    ...(can.lock ? [{ key: 'lock', icon: locked ? <UnlockOutlined /> : <LockOutlined />, label: t(locked ? 'unlock' : 'lock'), title: locked ? undefined : t('lockHint'), onClick: () => { setLock(!locked); } }] : []),
    ...person.items,
    ...(object.can('print') ? [{ key: 'print', icon: <PrinterOutlined />, label: t('print'), onClick: () => { setPrinting(true); } }] : []),
    { key: 'access', icon: <SafetyCertificateOutlined />, label: t('access'), onClick: () => { setExplaining(true); } },
    {
      key: 'link',
      icon: <LinkOutlined />,
      label: t('copyLink'),
      onClick: () => void navigator.clipboard.writeText(window.location.href).then(() => { done(t('copied')); }, failed),
    },
    ...(can.delete && !object.single ? [{ key: 'delete', icon: <DeleteOutlined />, danger: true, label: t('delete'), onClick: () => void onDelete() }] : []),
  ];
  const type = typeOf(object, record);
  const highlights = layoutOf(object, record).highlights.map((path) => object.field(path)).filter((field) => field !== undefined);
  return (
    <header className="record-head">
      <div className="record-title">
        <span className="record-icon"><ObjectIcon icon={object.icon} /></span>
        <div className="record-names">
          <Link to={list} className="record-kind">{label(object.label)}</Link>
          <h1>{name}{type ? <Tag className="record-type">{label(type.label)}</Tag> : null}{locked ? <LockMark answer={answer} /> : null}</h1>
        </div>
        <div className="record-actions">
          {object.configuration ? null : <PinButton object={object.name} id={record.id} name={name} />}
          {actions.primary}
          {buttons.primary}
          {editor && can.update ? <Link to={editor.address(record.id)}><Button>{label(editor.label)}</Button></Link> : null}
          {can.update ? (
            <Button type={actions.primary.length > 0 ? 'default' : 'primary'} icon={<EditOutlined />} onClick={() => { openForm({ object: object.name, id: record.id }); }}>
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
            const { Cell } = widgetOf(object, field);
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
      {person.dialog}
      {explaining ? <Suspense><AccessDrawer object={object} answer={answer} onClose={() => { setExplaining(false); }} /></Suspense> : null}
      {retyping ? <Suspense><TypeDialog object={object} answer={answer} onClose={() => { setRetyping(false); }} /></Suspense> : null}
      {actions.dialog}
      {buttons.dialog}
      {printing ? <Suspense><PrintDialog object={object} records={[{ id: record.id, name }]} onClose={() => { setPrinting(false); }} /></Suspense> : null}
      {giving ? <OwnerDialog object={object} answer={answer} onClose={() => { setGiving(false); }} /> : null}
    </header>
  );
}

/** That the record is locked: by whom and since when. */
function LockMark({ answer }: { answer: RecordAnswer }) {
  const t = useTexts(recordTexts);
  const format = useFormat();
  const { locked_at: at, 'locked_by.name': by } = answer.record;
  const told = t('lockedBy', { name: typeof by === 'string' ? by : t('theSystem'), when: format.when(String(at)) });
  return (
    <Tooltip title={t('lockHint')}>
      <Tag className="record-lock" icon={<LockOutlined />} color="warning" tabIndex={0}>{told}</Tag>
    </Tooltip>
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
    <Modal open afterOpenChange={focusFirst} title={t('transfer')} onCancel={onClose} onOk={() => void give()} okButtonProps={{ disabled: !owner, loading: update.isPending }}>
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
