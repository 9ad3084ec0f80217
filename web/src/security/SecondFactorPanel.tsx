import { Alert, Button, Skeleton, Space, Tag } from 'antd';
import { useState } from 'react';
import { useSecondFactor } from '@/api/security';
import { useFormat, useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import { EnrolSteps } from './EnrolSteps';
import { SwitchOffForm } from './SwitchOffForm';
import { securityTexts } from './texts';

const FEW_CODES = 3;

export function SecondFactorPanel() {
  const t = useTexts(securityTexts);
  const format = useFormat();
  const factor = useSecondFactor();
  const [doing, setDoing] = useState<'enrol' | 'end'>();
  const finish = () => { setDoing(undefined); };
  if (factor.isPending) return <Skeleton active />;
  if (factor.error) return <ErrorState error={factor.error} onRetry={() => void factor.refetch()} />;
  if (doing === 'enrol') return <EnrolSteps onDone={finish} />;
  const { since, recovery_codes: left } = factor.data;
  if (since === null) {
    return (
      <>
        <p className="security-hint">{t('factorHint')}</p>
        <Button type="primary" onClick={() => { setDoing('enrol'); }}>{t('factorBegin')}</Button>
      </>
    );
  }
  return (
    <>
      <p className="security-state">
        <Tag color="success">{t('factorOn')}</Tag>
        <Space size={16} wrap>
          <span>{t('factorSince', { when: format.datetime(since) })}</span>
          <span>{t('factorCodes', { count: left })}</span>
        </Space>
      </p>
      {left < FEW_CODES ? <Alert type="warning" showIcon title={t('factorFew')} style={{ marginBottom: 16 }} /> : null}
      {doing === 'end' ? <SwitchOffForm onDone={finish} /> : (
        <Button danger onClick={() => { setDoing('end'); }}>{t('factorEnd')}</Button>
      )}
    </>
  );
}
