import { Input, Modal } from 'antd';
import { useState } from 'react';
import { useRegistrySecret, type RegistryProvider } from '@/api/registries';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { registryTexts } from './texts';

/** Takes a provider's secret; what is kept is never shown. */
export function SecretDialog({ provider, onClose }: { provider: RegistryProvider; onClose: () => void }) {
  const t = useTexts(registryTexts);
  const c = useTexts(common);
  const keep = useRegistrySecret();
  const { done, failed } = useFeedback();
  const [secret, setSecret] = useState('');
  const save = () => {
    keep.mutate({ id: provider.id, secret }, { onSuccess: () => { done(t('saved')); onClose(); }, onError: failed });
  };
  return (
    <Modal open title={`${provider.name} · ${t('secretLabel')}`} okText={c('save')} cancelText={c('cancel')} confirmLoading={keep.isPending} onOk={save} onCancel={onClose}>
      <p className="registry-hint">{t('secretHint')}</p>
      <Input.Password autoFocus autoComplete="new-password" aria-label={t('secretLabel')} value={secret} onChange={(event) => { setSecret(event.target.value); }} onPressEnter={save} />
    </Modal>
  );
}
