import { Form, Input, Modal } from 'antd';
import { useCreateRecord, useUpdateRecord } from '@/api/records';
import type { Dimension } from '@/api/dimensions';
import { useModel } from '@/api/metadata';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { dimensionTexts } from './texts';

interface Values {
  name: string;
  name_en?: string;
  key?: string;
}

/** Makes a dimension, or gives one another name. Its key cannot change: fields of objects are named after it. */
export function DimensionDialog({ dimension, onClose, onSaved }: { dimension?: Dimension; onClose: () => void; onSaved?: (id: string) => void }) {
  const t = useTexts(dimensionTexts);
  const c = useTexts(common);
  const label = useLabel();
  const object = useModel().object('dimension');
  const { failed, done } = useFeedback();
  const [form] = Form.useForm<Values>();
  const create = useCreateRecord('dimension');
  const update = useUpdateRecord('dimension');
  const field = (name: string) => label(object?.field(name)?.label);
  const save = async () => {
    const values = await form.validateFields().catch(() => null);
    if (!values) return;
    const options = { onSuccess: (saved: { id: string }) => { done(t('saved')); onSaved?.(saved.id); onClose(); }, onError: failed };
    if (dimension) update.mutate({ id: dimension.id, values: { name: values.name, name_en: values.name_en ?? null } }, options);
    else create.mutate({ ...values }, options);
  };
  return (
    <Modal open title={dimension ? t('edit') : t('add')} onCancel={onClose} onOk={() => void save()} okText={c('save')} cancelText={c('cancel')} confirmLoading={create.isPending || update.isPending}>
      <Form form={form} layout="vertical" initialValues={dimension} onFinish={() => void save()}>
        <Form.Item name="name" label={field('name')} rules={[{ required: true, message: t('needed') }]}><Input autoFocus maxLength={40} /></Form.Item>
        <Form.Item name="name_en" label={field('name_en')}><Input maxLength={40} /></Form.Item>
        {dimension ? null : (
          <Form.Item name="key" label={field('key')} extra={label(object?.field('key')?.help)} rules={[{ required: true, message: t('needed') }]}>
            <Input maxLength={24} placeholder="area" />
          </Form.Item>
        )}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
