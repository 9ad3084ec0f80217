import { DesktopOutlined, MobileOutlined } from '@ant-design/icons';
import { Button, Skeleton, Tag } from 'antd';
import { useEndSession, useSessions, type OpenSession } from '@/api/security';
import { common, useFormat, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { securityTexts } from './texts';

export function SessionsPanel() {
  const t = useTexts(securityTexts);
  const c = useTexts(common);
  const format = useFormat();
  const { done, failed, confirm } = useFeedback();
  const sessions = useSessions();
  const end = useEndSession();
  const device = (session: OpenSession) => [session.browser, session.system].filter(Boolean).join(' · ') || t('sessionUnknown');
  const endOthers = async () => {
    const ok = await confirm({ title: t('sessionsEndAsk'), content: t('sessionsEndHint'), ok: t('sessionsEnd'), cancel: c('cancel'), danger: true });
    if (ok) end.mutate(undefined, { onSuccess: () => { done(t('sessionsEnded')); }, onError: failed });
  };
  if (sessions.isPending) return <Skeleton active />;
  if (sessions.error) return <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />;
  return (
    <>
      <p className="security-hint">{t('sessionsHint')}</p>
      <ul className="security-list">
        {sessions.data.map((session) => (
          <li key={session.id}>
            {session.mobile ? <MobileOutlined /> : <DesktopOutlined />}
            <div>
              <strong>{device(session)}{session.current ? <Tag color="processing">{t('sessionHere')}</Tag> : null}</strong>
              <span>
                {[session.ip, t('sessionSeen', { when: format.when(session.last_seen_at) }), t('sessionSince', { when: format.when(session.created_at) })]
                  .filter(Boolean).join(' · ')}
              </span>
            </div>
            {session.current ? null : (
              <Button
                type="link"
                danger
                size="small"
                aria-label={t('sessionEndNamed', { device: device(session) })}
                onClick={() => { end.mutate(session.id, { onSuccess: () => { done(t('sessionEnded')); }, onError: failed }); }}
              >
                {t('sessionEnd')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.data.length > 1 ? <Button danger onClick={() => void endOthers()}>{t('sessionsEnd')}</Button> : null}
    </>
  );
}
