import { LockOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, Skeleton } from 'antd';
import { useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useMutation } from '@/api/mutation';
import { acceptInvitation, readInvitation } from '@/api/people';
import { useSignIn } from '@/api/session';
import { useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { uiTexts } from '@/ui/texts';
import { Door } from './Door';
import { sessionTexts } from './texts';

/** /invite#TOKEN: an invited person sets a password and is signed in with it. */
export default function AcceptInvitation() {
  const t = useTexts(sessionTexts);
  const words = useTexts(uiTexts);
  const { hash } = useLocation();
  const navigate = useNavigate();
  const [token] = useState(() => hash.slice(1));
  const signIn = useSignIn();
  const accept = useMutation({ mutationFn: (password: string) => acceptInvitation(token, password) });
  // Once it is accepted there is nothing to ask any more.
  const found = useQuery({ queryKey: ['invitation', token], queryFn: () => readInvitation(token), retry: false, staleTime: Infinity, enabled: !accept.isSuccess });
  const enter = async ({ password }: { password: string }) => {
    try {
      const { login } = await accept.mutateAsync(password);
      // Whoever has a second factor is asked for it by the sign-in, to which this address gives way.
      await signIn.mutateAsync({ login, password }).catch(() => undefined);
      void navigate('/', { replace: true });
    } catch {
      // Said below.
    }
  };
  const person = found.data;
  return (
    <Door title={t('setPassword')}>
      {found.isPending && !accept.isSuccess ? <Skeleton active /> : null}
      {found.isError ? (
        <>
          <Alert role="alert" type="error" showIcon title={t('linkDead')} description={errorText(found.error, words)} style={{ marginBottom: 16 }} />
          <Button onClick={() => void navigate('/', { replace: true })}>{t('toSignIn')}</Button>
        </>
      ) : null}
      {person ? (
        <Form<{ password: string; again: string }> layout="vertical" requiredMark={false} size="large" onFinish={(given) => void enter(given)}>
          <p className="sign-in-hint">{t('welcome', { name: person.name, login: person.login })}</p>
          {accept.error ? <Alert role="alert" type="error" showIcon title={errorText(accept.error, words)} style={{ marginBottom: 16 }} /> : null}
          <input type="text" name="username" autoComplete="username" value={person.login} readOnly hidden />
          <Form.Item name="password" label={t('newPassword')} rules={[{ required: true, message: t('passwordNeeded') }]}>
            <Input.Password prefix={<LockOutlined />} autoFocus autoComplete="new-password" />
          </Form.Item>
          <Form.Item
            name="again"
            label={t('newPasswordAgain')}
            dependencies={['password']}
            rules={[({ getFieldValue }) => ({
              validator: (_, value) => (value === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t('passwordDiffers')))),
            })]}
          >
            <Input.Password prefix={<LockOutlined />} autoComplete="new-password" />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={accept.isPending || signIn.isPending}>{t('setAndSignIn')}</Button>
        </Form>
      ) : null}
    </Door>
  );
}
