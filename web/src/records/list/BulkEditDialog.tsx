import { Form, Modal } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { neededFor } from '@/api/rights';
import type { FieldMeta } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { common, useTexts } from '@/i18n';
import { FieldPicker } from './FieldPicker';
import { listTexts } from './texts';

interface Props {
  object: ObjectModel;
  count: number;
  /** Only this field (transferring: the owner); without it the person chooses. */
  only?: string;
  busy: boolean;
  onClose: () => void;
  onSave: (field: string, value: unknown) => void;
}

const editable = (object: ObjectModel) => (field: FieldMeta): boolean =>
  neededFor(object, field).every(object.can) && field.access === 'edit' && !field.system && !field.unique && field.type !== 'auto_number' && field.type !== 'file' && field.type !== 'image';

export default function BulkEditDialog({ object, count, only, busy, onClose, onSave }: Props) {
  const t = useTexts(listTexts);
  const c = useTexts(common);
  const [path, setPath] = useState(only);
  const [value, setValue] = useState<unknown>(null);
  const field = path ? object.field(path) : undefined;
  const Input = field ? FIELD_WIDGETS[field.type].Input : undefined;
  const ready = field !== undefined && !((only !== undefined || field.required) && isBlank(value));
  return (
    <Modal
      open
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
          <Form.Item label={only ? t('chooseOwner') : t('bulkValue')} htmlFor="bulk-value">
            <Input key={field.name} id="bulk-value" field={field} value={value} autoFocus={only !== undefined} onChange={setValue} />
          </Form.Item>
        ) : null}
      </Form>
    </Modal>
  );
}
