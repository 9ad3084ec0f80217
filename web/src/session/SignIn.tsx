import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { isApiError } from '@/api/errors';
import { useSignIn, type Credentials } from '@/api/session';
import { common, useSettings, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { LanguageSwitch } from '@/ui/LanguageSwitch';
import { Logo } from '@/ui/Logo';
import { uiTexts } from '@/ui/texts';
import { BracketSet } from './BracketSet';
import { CodeForm } from './CodeForm';
import './sign-in.css';
import { sessionTexts } from './texts';

/** Login and password, then, where the account has one, the second factor. */
export function SignIn() {
  const t = useTexts(sessionTexts);
  const c = useTexts(common);
  const words = useTexts(uiTexts);
  const { language } = useSettings();
  const signIn = useSignIn();
  const [proved, setProved] = useState<Credentials>();
  const asksForCode = isApiError(signIn.error) && signIn.error.code === 'session.otp_required';
  const error = asksForCode ? null : signIn.error;
  const locked = isApiError(error) && error.status === 429;
  const submit = (given: Credentials) => {
    signIn.mutate(given, {
      onError: (refused) => {
        if (isApiError(refused) && refused.code === 'session.otp_required') setProved(given);
      },
    });
  };
  const back = () => {
    signIn.reset();
    setProved(undefined);
  };
  return (
    <div className="sign-in">
      <aside className="sign-in-hall" aria-hidden="true">
        <BracketSet />
        <p>{t('tagline')}</p>
      </aside>
      <main className="sign-in-door">
        <div className="sign-in-language"><LanguageSwitch /></div>
        <div className="sign-in-box">
          <div className="sign-in-name">
            <Logo size={40} />
            <span>{language === 'zh' ? '斗拱 Dougong' : 'Dougong 斗拱'}</span>
          </div>
          <h1 className="visually-hidden">{t('title')}</h1>
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
        </div>
        <div className="sign-in-foot">{c('product')}</div>
      </main>
    </div>
  );
}
