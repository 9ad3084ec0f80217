import { Form, Input, Modal } from 'antd';
import { isApiError } from '@/api/errors';
import { useCopyProfile, type Profile } from '@/api/profiles';
import { useCreateRecord } from '@/api/records';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { useProfileName } from './names';
import { profileTexts } from './texts';

interface Props {
  /** The profile whose rights the new one has; none: a profile that allows nothing yet. */
  from: Profile | undefined;
  /** Keys that other profiles have. */
  taken: string[];
  onMade: (id: string) => void;
  onClose: () => void;
}

/** A new profile, empty or with all rights of another. */
export function NewProfileDialog({ from, taken, onMade, onClose }: Props) {
  const t = useTexts(profileTexts);
  const c = useTexts(common);
  const nameOf = useProfileName();
  const { done, failed } = useFeedback();
  const copying = useCopyProfile();
  const creating = useCreateRecord('profile');
  const [form] = Form.useForm<{ name: string; key: string }>();
  const make = async ({ name, key }: { name: string; key: string }) => {
    try {
      const id = from
        ? (await copying.mutateAsync({ id: from.id, name, key })).record.id
        : (await creating.mutateAsync({ name, key })).id;
      if (from) done(t('copied', { name }));
      onClose();
      onMade(id);
    } catch (error) {
      const fields = isApiError(error) ? Object.entries(error.byField()).filter(([field]) => field === 'name' || field === 'key') : [];
      if (fields.length === 0) failed(error);
      form.setFields(fields.map(([field, errors]) => ({ name: field as 'name' | 'key', errors })));
    }
  };
  const rule = (field: string) => [{ required: true, whitespace: true, message: t('required', { field }) }];
  return (
    <Modal
      open
      title={from ? t('copyOf', { name: nameOf(from) }) : t('newProfile')}
      okText={from ? t('copy') : c('new')}
      confirmLoading={copying.isPending || creating.isPending}
      onOk={() => { form.submit(); }}
      onCancel={onClose}
    >
      {from ? <p>{t('copyHint')}</p> : null}
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => void make(values)} initialValues={{ name: from ? t('copyName', { name: nameOf(from) }) : '', key: freeKey(from?.key, taken) }}>
        <Form.Item name="name" label={t('name')} rules={rule(t('name'))}><Input autoFocus maxLength={80} /></Form.Item>
        <Form.Item name="key" label={t('key')} extra={t('keyHint')} rules={rule(t('key'))}><Input maxLength={48} /></Form.Item>
      </Form>
    </Modal>
  );
}

/** A key that no profile has yet. */
function freeKey(from: string | undefined, taken: string[]): string {
  const start = from ? `${from.slice(0, 40)}_copy` : 'profile';
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? start : `${start}_${String(n)}`;
    if (!taken.includes(key)) return key;
  }
}
