import { Alert, Button, Input, Modal, Skeleton, Space, Typography } from 'antd';
import { useState } from 'react';
import { useCreateToken, useRevokeToken, useTokens } from '@/api/tokens';
import { common, useFormat, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState } from '@/ui/states';
import { appTexts } from './texts';

/** The person's own tokens for programs. */
export function TokensDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(appTexts);
  const c = useTexts(common);
  const format = useFormat();
  const { failed, confirm } = useFeedback();
  const tokens = useTokens(open);
  const create = useCreateToken();
  const revoke = useRevokeToken();
  const [name, setName] = useState('');
  const make = () => {
    if (name.trim() === '') return;
    create.mutate(name.trim(), { onSuccess: () => { setName(''); }, onError: failed });
  };
  const takeBack = async (id: string, label: string) => {
    const ok = await confirm({ title: t('tokenRevokeAsk', { name: label }), ok: t('tokenRevoke'), cancel: c('cancel'), danger: true });
    if (ok) revoke.mutate(id, { onError: failed });
  };
  const close = () => {
    create.reset();
    onClose();
  };
  return (
    <Modal open={open} title={t('tokens')} footer={null} onCancel={close} width={560} destroyOnHidden>
      <p style={{ color: 'var(--ink-2)', marginTop: 0 }}>{t('tokensHint')}</p>
      {create.data?.token ? (
        <Alert
          type="success"
          style={{ marginBottom: 16 }}
          title={t('tokenOnce')}
          description={<Typography.Text code copyable style={{ wordBreak: 'break-all' }}>{create.data.token}</Typography.Text>}
        />
      ) : null}
      <Space.Compact block>
        <Input value={name} maxLength={80} placeholder={t('tokenName')} onChange={(event) => { setName(event.target.value); }} onPressEnter={make} />
        <Button type="primary" loading={create.isPending} disabled={name.trim() === ''} onClick={make}>{t('tokenMake')}</Button>
      </Space.Compact>
      {tokens.isPending ? <Skeleton active style={{ marginTop: 16 }} /> : null}
      {tokens.data?.length === 0 ? <EmptyState title={t('tokenNone')} /> : null}
      <ul className="token-list">
        {(tokens.data ?? []).map((token) => (
          <li key={token.id}>
            <div>
              <strong>{token.name}</strong>
              <span>{token.last_used_at ? t('tokenUsed', { when: format.when(token.last_used_at) }) : t('tokenUnused')}</span>
            </div>
            <Button type="link" danger size="small" onClick={() => void takeBack(token.id, token.name)}>{t('tokenRevoke')}</Button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
