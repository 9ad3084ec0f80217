import { Alert, Button, Card, Progress, Space, Switch, Tag, Tooltip, Upload } from 'antd';
import { useState } from 'react';
import { useRegistryUpload, type RegistryFact, type RegistryLoad, type RegistryProvider } from '@/api/registries';
import { useUpdateRecord } from '@/api/records';
import { useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { SecretDialog } from './SecretDialog';
import { registryTexts } from './texts';
import { TrialDialog } from './TrialDialog';

interface Props {
  provider: RegistryProvider;
  facts: RegistryFact[];
  load: RegistryLoad | undefined;
  onChanged: () => void;
}

/** One provider: whether it is asked, how it is, and what can be done with it. */
export function ProviderCard({ provider, facts, load, onChanged }: Props) {
  const t = useTexts(registryTexts);
  const openForm = useOpenForm();
  const { done, failed } = useFeedback();
  const update = useUpdateRecord('registry_provider');
  const upload = useRegistryUpload();
  const [dialog, setDialog] = useState<'secret' | 'trial'>();
  const isFile = provider.kind === 'file';
  const toggle = (active: boolean) => {
    update.mutate({ id: provider.id, values: { active } }, { onSuccess: () => { done(t('saved')); onChanged(); }, onError: failed });
  };
  const close = () => {
    setDialog(undefined);
    onChanged();
  };
  return (
    <Card
      size="small"
      title={<Space size={8}><span>{provider.name}</span><Tag>{t(`kind_${provider.kind}`)}</Tag></Space>}
      extra={<Switch size="small" aria-label={`${provider.name} ${t('active')}`} checked={provider.active} loading={update.isPending} onChange={toggle} />}
    >
      <p className="registry-state">{isFile ? <FileState provider={provider} /> : t(provider.has_secret ? 'secretKept' : 'secretMissing')}</p>
      {isFile ? null : <p className="registry-state">{t('today', { calls: String(provider.calls_today), failures: String(provider.failures_today) })}</p>}
      {isFile && load ? <LoadState load={load} /> : null}
      <Space wrap>
        {isFile ? (
          <Upload accept=".csv,.xlsx,.xls" showUploadList={false} customRequest={({ file }) => { upload.mutate({ id: provider.id, file: file as File }, { onError: failed }); }}>
            <Tooltip title={t('uploadHint')}><Button size="small" type="primary" loading={upload.isPending}>{t('upload')}</Button></Tooltip>
          </Upload>
        ) : <Button size="small" onClick={() => { setDialog('secret'); }}>{t('secret')}</Button>}
        <Button size="small" onClick={() => { setDialog('trial'); }}>{t('try')}</Button>
        <Button size="small" onClick={() => { openForm({ object: 'registry_provider', id: provider.id, onSaved: onChanged }); }}>{t('edit')}</Button>
      </Space>
      {dialog === 'secret' ? <SecretDialog provider={provider} onClose={close} /> : null}
      {dialog === 'trial' ? <TrialDialog provider={provider} facts={facts} onClose={close} /> : null}
    </Card>
  );
}

function FileState({ provider }: { provider: RegistryProvider }) {
  const t = useTexts(registryTexts);
  const { file } = provider;
  return <>{file ? t('fileState', { count: file.companies.toLocaleString(), name: file.name }) : t('noFile')}</>;
}

function LoadState({ load }: { load: RegistryLoad }) {
  const t = useTexts(registryTexts);
  if (load.state === 'failed') return <Alert type="error" showIcon className="registry-load" message={t('loadFailed', { reason: load.error?.detail ?? '' })} />;
  if (load.state === 'done') return load.passed_over ? <p className="registry-state">{t('passed', { count: String(load.passed_over) })}</p> : null;
  if (load.state === 'cancelled') return null;
  const share = load.total ? Math.round((load.progress / load.total) * 100) : 0;
  return <Progress percent={share} size="small" status="active" aria-label={t('loading')} />;
}
