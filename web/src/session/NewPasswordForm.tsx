import { LockOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useTexts } from '@/i18n';
import { sessionTexts } from './texts';

interface Props {
  expired: boolean;
  pending: boolean;
  onPassword: (password: string) => void;
  onBack: () => void;
}

interface Given {
  password: string;
  again: string;
}

/** The password is due: an administrator gave it, or it has had its time. */
export function NewPasswordForm({ expired, pending, onPassword, onBack }: Props) {
  const t = useTexts(sessionTexts);
  return (
    <Form<Given> layout="vertical" requiredMark={false} size="large" onFinish={({ password }) => { onPassword(password); }}>
      <p className="sign-in-hint">{t(expired ? 'dueExpired' : 'dueGiven')}</p>
      <Form.Item name="password" label={t('newPassword')} rules={[{ required: true, message: t('passwordNeeded') }]}>
        <Input.Password prefix={<LockOutlined />} autoFocus autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('newPasswordAgain')}
        dependencies={['password']}
        rules={[
          { required: true, message: t('passwordNeeded') },
          ({ getFieldValue }) => ({
            validator: (_, value) => (!value || value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('passwordDiffers')))),
          }),
        ]}
      >
        <Input.Password prefix={<LockOutlined />} autoComplete="new-password" />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={pending}>{t('setAndSignIn')}</Button>
      <div className="sign-in-ways"><Button type="link" size="small" onClick={onBack}>{t('back')}</Button></div>
    </Form>
  );
}
