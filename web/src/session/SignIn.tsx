import { LockOutlined, SafetyOutlined, UserOutlined } from '@ant-design/icons';
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
import './sign-in.css';
import { sessionTexts } from './texts';

const asksForCode = (error: unknown): boolean => isApiError(error) && error.code.startsWith('session.otp');

export function SignIn() {
  const t = useTexts(sessionTexts);
  const c = useTexts(common);
  const words = useTexts(uiTexts);
  const { language } = useSettings();
  const signIn = useSignIn();
  const [needsCode, setNeedsCode] = useState(false);
  const submit = (given: Credentials) => {
    signIn.mutate(given, { onError: (error) => { if (asksForCode(error)) setNeedsCode(true); } });
  };
  const error = signIn.error;
  const locked = isApiError(error) && error.status === 429;
  const asking = isApiError(error) && error.code === 'session.otp_required';
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
              type={asking ? 'info' : locked ? 'warning' : 'error'}
              showIcon
              title={locked ? t('locked') : undefined}
              description={asking ? t('otpHint') : errorText(error, words)}
              style={{ marginBottom: 16 }}
            />
          ) : null}
          <Form<Credentials> layout="vertical" requiredMark={false} size="large" onFinish={submit}>
            <Form.Item name="login" label={t('login')} rules={[{ required: true, message: t('loginNeeded') }]}>
              <Input prefix={<UserOutlined />} autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} />
            </Form.Item>
            <Form.Item name="password" label={t('password')} rules={[{ required: true, message: t('passwordNeeded') }]}>
              <Input.Password prefix={<LockOutlined />} autoComplete="current-password" />
            </Form.Item>
            {needsCode ? (
              <Form.Item name="otp" label={t('otp')} rules={[{ required: true, message: t('otpNeeded') }]}>
                <Input prefix={<SafetyOutlined />} inputMode="numeric" autoComplete="one-time-code" maxLength={8} autoFocus />
              </Form.Item>
            ) : null}
            <Button type="primary" htmlType="submit" block loading={signIn.isPending} style={{ marginTop: 4 }}>
              {t('signIn')}
            </Button>
          </Form>
        </div>
        <div className="sign-in-foot">{c('product')}</div>
      </main>
    </div>
  );
}
