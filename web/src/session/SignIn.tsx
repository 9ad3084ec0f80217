import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { isApiError } from '@/api/errors';
import { useSignIn, type Credentials } from '@/api/session';
import { common, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { uiTexts } from '@/ui/texts';
import { CodeForm } from './CodeForm';
import { Door } from './Door';
import { NewPasswordForm } from './NewPasswordForm';
import { sessionTexts } from './texts';

/** Refusals that ask for one more thing. */
const STEPS = new Set<string | undefined>(['session.otp_required', 'session.password_due']);

/** Login and password, then, where the account has one, the second factor. */
export function SignIn() {
  const t = useTexts(sessionTexts);
  const c = useTexts(common);
  const words = useTexts(uiTexts);
  const signIn = useSignIn();
  const [proved, setProved] = useState<Credentials>();
  const [due, setDue] = useState<{ credentials: Credentials; reason: string }>();
  const error = isApiError(signIn.error) && STEPS.has(signIn.error.code) ? null : signIn.error;
  const locked = isApiError(error) && error.status === 429;
  const submit = (given: Credentials) => {
    signIn.mutate(given, {
      onError: (refused) => {
        if (!isApiError(refused)) return;
        if (refused.code === 'session.otp_required') setProved(given);
        if (refused.code === 'session.password_due') setDue({ credentials: given, reason: String(refused.params.reason) });
      },
    });
  };
  const back = () => {
    signIn.reset();
    setProved(undefined);
    setDue(undefined);
  };
  return (
    <Door title={t('title')} foot={c('product')}>
      {error ? (
        <Alert
          role="alert"
          type={locked ? 'warning' : 'error'}
          showIcon
          title={locked ? t('locked') : undefined}
          description={errorText(error, words)}
          style={{ marginBottom: 16 }}
        />
      ) : null}
      {proved ? (
        <CodeForm login={proved.login} pending={signIn.isPending} onBack={back} onCode={(otp) => { submit({ ...proved, otp }); }} />
      ) : due ? (
        <NewPasswordForm expired={due.reason === 'expired'} pending={signIn.isPending} onBack={back} onPassword={(password) => { submit({ ...due.credentials, new_password: password }); }} />
      ) : (
        <Form<Credentials> layout="vertical" requiredMark={false} size="large" onFinish={submit}>
          <Form.Item name="login" label={t('login')} rules={[{ required: true, message: t('loginNeeded') }]}>
            <Input prefix={<UserOutlined />} autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
          </Form.Item>
          <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordNeeded') }]}>
            <Input.Password prefix={<LockOutlined />} autoComplete="current-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={signIn.isPending} style={{ marginTop: 4 }}>
            {t('signIn')}
          </Button>
        </Form>
      )}
    </Door>
  );
}
