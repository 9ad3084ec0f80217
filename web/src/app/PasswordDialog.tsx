import { Alert, Form, Input, Modal } from 'antd';
import { useChangePassword } from '@/api/session';
import { common, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { useFeedback } from '@/ui/feedback';
import { uiTexts } from '@/ui/texts';
import { appTexts } from './texts';

interface Given {
  current: string;
  new: string;
  again: string;
}

export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(appTexts);
  const c = useTexts(common);
  const words = useTexts(uiTexts);
  const { done } = useFeedback();
  const [form] = Form.useForm<Given>();
  const change = useChangePassword();
  const close = () => {
    change.reset();
    onClose();
  };
  const required = { required: true, message: t('passwordNeeded') };
  return (
    <Modal
      open={open}
      title={t('password')}
      okText={c('save')}
      onOk={form.submit}
      onCancel={close}
      confirmLoading={change.isPending}
      width={420}
      destroyOnHidden
    >
      <Form<Given>
        form={form}
        layout="vertical"
        requiredMark={false}
        preserve={false}
        onFinish={(given) => {
          change.mutate({ current: given.current, new: given.new }, { onSuccess: () => { done(t('passwordChanged')); close(); } });
        }}
      >
        {change.error ? <Alert type="error" showIcon title={errorText(change.error, words)} style={{ marginBottom: 16 }} /> : null}
        <Form.Item name="current" label={t('passwordNow')} rules={[required]}>
          <Input.Password autoComplete="current-password" autoFocus />
        </Form.Item>
        <Form.Item name="new" label={t('passwordNew')} rules={[required]}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="again"
          label={t('passwordAgain')}
          dependencies={['new']}
          rules={[
            required,
            ({ getFieldValue }) => ({
              validator: (_, value) =>
                !value || value === getFieldValue('new') ? Promise.resolve() : Promise.reject(new Error(t('passwordDiffers'))),
            }),
          ]}
        >
          <Input.Password autoComplete="new-password" onPressEnter={form.submit} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
