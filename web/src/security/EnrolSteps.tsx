import { Alert, Button, Form, Input, QRCode, Space, Steps, Typography } from 'antd';
import { useBeginSecondFactor, useConfirmSecondFactor } from '@/api/security';
import { common, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { uiTexts } from '@/ui/texts';
import { RecoveryCodes } from './RecoveryCodes';
import { securityTexts } from './texts';

/** Setting up a second factor: the password, the authenticator, the recovery codes. Nothing holds before the second is done. */
export function EnrolSteps({ onDone }: { onDone: () => void }) {
  const t = useTexts(securityTexts);
  const c = useTexts(common);
  const words = useTexts(uiTexts);
  const begin = useBeginSecondFactor();
  const confirm = useConfirmSecondFactor();
  const step = confirm.data ? 2 : begin.data ? 1 : 0;
  const error = step === 0 ? begin.error : confirm.error;
  const required = { required: true, message: t('needed') };
  const steps = [{ title: t('stepPassword') }, { title: t('stepScan') }, { title: t('stepCodes') }];
  return (
    <>
      <Steps size="small" current={step} items={steps} responsive={false} titlePlacement="vertical" className="security-steps" />
      {error ? <Alert role="alert" type="error" showIcon title={errorText(error, words)} style={{ marginBottom: 16 }} /> : null}
      {confirm.data ? <RecoveryCodes codes={confirm.data.recovery_codes} onDone={onDone} /> : begin.data ? (
        <Form<{ code: string }> key="code" layout="vertical" requiredMark={false} onFinish={({ code }) => { confirm.mutate(code); }}>
          <div className="security-scan">
            <QRCode value={begin.data.uri} type="svg" size={176} bordered={false} role="img" aria-label={t('qr')} />
            <div>
              <p>{t('scan')}</p>
              <p className="security-hint">{t('secret')}</p>
              <Typography.Text code copyable={{ text: begin.data.secret }}>{begin.data.secret.replace(/(.{4})(?=.)/g, '$1 ')}</Typography.Text>
            </div>
          </div>
          <Form.Item name="code" label={t('code')} rules={[required]} className="security-form">
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={8} autoFocus />
          </Form.Item>
          <Space>
            <Button type="primary" htmlType="submit" loading={confirm.isPending}>{t('confirm')}</Button>
            <Button onClick={onDone}>{c('cancel')}</Button>
          </Space>
        </Form>
      ) : (
        <Form<{ password: string }> key="password" layout="vertical" requiredMark={false} onFinish={({ password }) => { begin.mutate(password); }}>
          <Form.Item name="password" label={t('passwordNow')} rules={[required]} className="security-form">
            <Input.Password autoComplete="current-password" autoFocus />
          </Form.Item>
          <Space>
            <Button type="primary" htmlType="submit" loading={begin.isPending}>{t('next')}</Button>
            <Button onClick={onDone}>{c('cancel')}</Button>
          </Space>
        </Form>
      )}
    </>
  );
}
