import { SafetyOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTexts } from '@/i18n';
import { sessionTexts } from './texts';

interface Props {
  login: string;
  pending: boolean;
  onCode: (code: string) => void;
  onBack: () => void;
}

/** The second step of signing in: a code of the authenticator, or a recovery code. */
export function CodeForm({ login, pending, onCode, onBack }: Props) {
  const t = useTexts(sessionTexts);
  const [form] = Form.useForm<{ otp: string }>();
  const [recovering, setRecovering] = useState(false);
  const turn = () => {
    form.resetFields();
    setRecovering(!recovering);
  };
  const input = recovering
    ? { autoComplete: 'off', autoCapitalize: 'characters', maxLength: 40 }
    : { autoComplete: 'one-time-code', inputMode: 'numeric' as const, maxLength: 8 };
  return (
    <Form<{ otp: string }> form={form} layout="vertical" requiredMark={false} size="large" onFinish={({ otp }) => { onCode(otp); }}>
      <p className="sign-in-hint">{recovering ? t('recoveryHint') : t('otpHint', { login })}</p>
      <Form.Item name="otp" label={recovering ? t('recovery') : t('otp')} rules={[{ required: true, whitespace: true, message: t('otpNeeded') }]}>
        <Input key={String(recovering)} prefix={<SafetyOutlined />} autoFocus spellCheck={false} {...input} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={pending}>{t('verify')}</Button>
      <div className="sign-in-ways">
        <Button type="link" size="small" onClick={onBack}>{t('back')}</Button>
        <Button type="link" size="small" onClick={turn}>{recovering ? t('otpUse') : t('recoveryUse')}</Button>
      </div>
    </Form>
  );
}
