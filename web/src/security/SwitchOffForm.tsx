import { Alert, Button, Form, Input, Space } from 'antd';
import { useEndSecondFactor } from '@/api/security';
import { common, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { useFeedback } from '@/ui/feedback';
import { uiTexts } from '@/ui/texts';
import { securityTexts } from './texts';

export function SwitchOffForm({ onDone }: { onDone: () => void }) {
  const t = useTexts(securityTexts);
  const c = useTexts(common);
  const words = useTexts(uiTexts);
  const { done } = useFeedback();
  const end = useEndSecondFactor();
  const required = { required: true, message: t('needed') };
  return (
    <Form<{ password: string; code: string }>
      layout="vertical"
      requiredMark={false}
      className="security-form"
      onFinish={(given) => { end.mutate(given, { onSuccess: () => { done(t('factorEnded')); onDone(); } }); }}
    >
      <p className="security-hint">{t('factorEndHint')}</p>
      {end.error ? <Alert type="error" showIcon title={errorText(end.error, words)} style={{ marginBottom: 16 }} /> : null}
      <Form.Item name="password" label={t('passwordNow')} rules={[required]}>
        <Input.Password autoComplete="current-password" autoFocus />
      </Form.Item>
      <Form.Item name="code" label={t('codeOrRecovery')} rules={[required]}>
        <Input autoComplete="one-time-code" maxLength={40} />
      </Form.Item>
      <Space>
        <Button danger type="primary" htmlType="submit" loading={end.isPending}>{t('factorEnd')}</Button>
        <Button onClick={onDone}>{c('cancel')}</Button>
      </Space>
    </Form>
  );
}
