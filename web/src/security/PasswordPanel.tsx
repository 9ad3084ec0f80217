import { Alert, Button, Form, Input } from 'antd';
import { useChangePassword } from '@/api/session';
import { useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { useFeedback } from '@/ui/feedback';
import { uiTexts } from '@/ui/texts';
import { securityTexts } from './texts';

interface Given {
  current: string;
  new: string;
  again: string;
}

export function PasswordPanel() {
  const t = useTexts(securityTexts);
  const words = useTexts(uiTexts);
  const { done } = useFeedback();
  const [form] = Form.useForm<Given>();
  const change = useChangePassword();
  const required = { required: true, message: t('needed') };
  return (
    <Form<Given>
      form={form}
      layout="vertical"
      requiredMark={false}
      className="security-form"
      onFinish={(given) => {
        change.mutate({ current: given.current, new: given.new }, { onSuccess: () => { form.resetFields(); done(t('passwordChanged')); } });
      }}
    >
      {change.error ? <Alert type="error" showIcon title={errorText(change.error, words)} style={{ marginBottom: 16 }} /> : null}
      <Form.Item name="current" label={t('passwordNow')} rules={[required]}>
        <Input.Password autoComplete="current-password" autoFocus />
      </Form.Item>
      <Form.Item name="new" label={t('passwordNew')} rules={[required]} extra={t('passwordRule')}>
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
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={change.isPending}>{t('passwordChange')}</Button>
    </Form>
  );
}
