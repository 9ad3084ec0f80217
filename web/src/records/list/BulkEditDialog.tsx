import { Form, Modal } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { neededFor } from '@/api/rights';
import type { FieldMeta, Row } from '@/api/types';
import { FIELD_WIDGETS, followersOf, isBlank } from '@/fields';
import { common, useLabel, useListing, useTexts } from '@/i18n';
import { focusFirst } from '@/ui/focus';
import { commonOptions, forbiddenBy } from './commonOptions';
import { FieldPicker } from './FieldPicker';
import { listTexts } from './texts';

interface Props {
  object: ObjectModel;
  count: number;
  /** The chosen records, as far as the list has read them. */
  rows: Row[];
  /** Only this field (transferring: the owner); without it the person chooses. */
  only?: string;
  busy: boolean;
  onClose: () => void;
  onSave: (field: string, value: unknown) => void;
}

const editable = (object: ObjectModel) => (field: FieldMeta): boolean =>
  neededFor(object, field).every(object.can) && field.access === 'edit' && !field.system && !field.unique && field.type !== 'auto_number' && field.type !== 'file' && field.type !== 'image';

export default function BulkEditDialog({ object, count, rows, only, busy, onClose, onSave }: Props) {
  const t = useTexts(listTexts);
  const c = useTexts(common);
  const label = useLabel();
  const listing = useListing();
  const [path, setPath] = useState(only);
  const [value, setValue] = useState<unknown>(null);
  const field = path ? object.field(path) : undefined;
  const Input = field ? FIELD_WIDGETS[field.type].Input : undefined;
  const offered = field && commonOptions(object, field, rows);
  const followers = field ? followersOf(object, field.name) : [];
  const notes = [
    ...(field && offered?.options?.length === 0 && field.options?.length !== 0 ? [t('bulkNothingCommon')] : followers.length > 0 ? [t('bulkClears', { names: listing(followers.map((f) => label(f.label))) })] : []),
    ...(field ? forbiddenBy(object, field, rows) : []).map(({ type, options }) => t('bulkForbidden', { type: label(type.label), names: listing(options.map((option) => label(option.label))) })),
  ];
  const ready = field !== undefined && !((only !== undefined || field.required) && isBlank(value));
  return (
    <Modal
      open
      afterOpenChange={focusFirst}
      width={460}
      title={t(only ? 'transferTitle' : 'bulkEditTitle', { n: count })}
      okText={only ? t('transfer') : c('save')}
      okButtonProps={{ disabled: !ready }}
      confirmLoading={busy}
      onCancel={onClose}
      onOk={() => { if (path !== undefined) onSave(path, field?.type === 'boolean' ? value === true : value); }}
    >
      <Form layout="vertical" requiredMark={false}>
        {only ? null : (
          <Form.Item label={t('bulkField')}>
            <FieldPicker object={object} value={path} ownOnly autoFocus usable={editable(object)} onChange={(next) => { setPath(next); setValue(null); }} />
          </Form.Item>
        )}
        {field && Input ? (
          <Form.Item
            label={only ? t('chooseOwner') : t('bulkValue')}
            htmlFor="bulk-value"
            extra={notes.length > 0 ? notes.map((note) => <div key={note}>{note}</div>) : undefined}
          >
            <Input key={field.name} id="bulk-value" field={offered ?? field} value={value} autoFocus={only !== undefined} onChange={setValue} />
          </Form.Item>
        ) : null}
      </Form>
    </Modal>
  );
}
