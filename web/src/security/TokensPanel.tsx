import { Alert, Button, Input, Select, Skeleton, Typography } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useCreateToken, useRevokeToken, useTokens, type ApiToken, type TokenScope } from '@/api/tokens';
import { useModel } from '@/api/metadata';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState } from '@/ui/states';
import { securityTexts } from './texts';
import { TokenObjects } from './TokenObjects';

const SCOPES: Record<'read' | 'write' | 'some', TokenScope[]> = { read: ['read'], write: ['read', 'write'], some: ['read', 'write'] };
const FOREVER = 0;
const LIFETIMES = [30, 90, 365];

/** The person's own tokens for programs. */
export function TokensPanel() {
  const t = useTexts(securityTexts);
  const c = useTexts(common);
  const format = useFormat();
  const label = useLabel();
  const model = useModel();
  const { failed, confirm } = useFeedback();
  const tokens = useTokens();
  const create = useCreateToken();
  const revoke = useRevokeToken();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<keyof typeof SCOPES>('read');
  const [days, setDays] = useState(90);
  const [chosen, setChosen] = useState<Record<string, TokenScope>>({});
  const objects = scope === 'some' ? chosen : null;
  const ready = name.trim() !== '' && (objects === null || Object.keys(objects).length > 0);
  const make = () => {
    if (!ready) return;
    const expires_at = days === FOREVER ? null : dayjs().add(days, 'day').toISOString();
    const made = () => {
      setName('');
      setChosen({});
    };
    create.mutate({ name: name.trim(), scopes: SCOPES[scope], expires_at, objects }, { onSuccess: made, onError: failed });
  };
  const takeBack = async (token: ApiToken) => {
    const ok = await confirm({ title: t('tokenRevokeAsk', { name: token.name }), ok: t('tokenRevoke'), cancel: c('cancel'), danger: true });
    if (ok) revoke.mutate(token.id, { onError: failed });
  };
  const whatFor = (some: Record<string, TokenScope>) => {
    const words = Object.entries(some).map(([object, may]) => t('tokenFor', { object: label(model.object(object)?.plural) || object, may: t(may === 'write' ? 'tokenWrite' : 'tokenRead') }));
    return words.join(t('tokenComma'));
  };
  const until = (token: ApiToken) => {
    if (token.expires_at === null) return t('tokenForever');
    return dayjs(token.expires_at).isBefore(dayjs()) ? t('tokenOver') : t('tokenUntil', { when: format.datetime(token.expires_at) });
  };
  const lifetimes = [...LIFETIMES.map((value) => ({ value, label: t('tokenDays', { count: value }) })), { value: FOREVER, label: t('tokenForever') }];
  const scopes = [{ value: 'read' as const, label: t('tokenRead') }, { value: 'write' as const, label: t('tokenWrite') }, { value: 'some' as const, label: t('tokenSome') }];
  return (
    <>
      <p className="security-hint">{t('tokensHint')}</p>
      {create.data?.token ? (
        <Alert
          type="success"
          style={{ marginBottom: 16 }}
          title={t('tokenOnce')}
          description={<Typography.Text code copyable style={{ wordBreak: 'break-all' }}>{create.data.token}</Typography.Text>}
        />
      ) : null}
      <div className="security-token">
        <Input value={name} maxLength={100} placeholder={t('tokenName')} aria-label={t('tokenName')} onChange={(event) => { setName(event.target.value); }} onPressEnter={make} />
        <Select value={scope} options={scopes} onChange={setScope} aria-label={t('tokenScope')} />
        <Select value={days} options={lifetimes} onChange={setDays} aria-label={t('tokenExpiry')} />
        <Button type="primary" loading={create.isPending} disabled={!ready} onClick={make}>{t('tokenMake')}</Button>
      </div>
      {scope === 'some' ? <TokenObjects chosen={chosen} onChange={setChosen} /> : null}
      {tokens.isPending ? <Skeleton active style={{ marginTop: 16 }} /> : null}
      {tokens.error ? <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} /> : null}
      {tokens.data?.length === 0 ? <EmptyState title={t('tokenNone')} /> : null}
      <ul className="security-list">
        {(tokens.data ?? []).map((token) => (
          <li key={token.id}>
            <div>
              <strong>{token.name}</strong>
              <span>
                {[
                  token.objects ? whatFor(token.objects) : token.scopes.includes('write') ? t('tokenWrite') : t('tokenRead'),
                  until(token),
                  token.last_used_at ? t('tokenUsed', { when: format.when(token.last_used_at) }) : t('tokenUnused'),
                ].join(' · ')}
              </span>
            </div>
            <Button type="link" danger size="small" aria-label={t('tokenRevokeNamed', { name: token.name })} onClick={() => void takeBack(token)}>{t('tokenRevoke')}</Button>
          </li>
        ))}
      </ul>
    </>
  );
}
