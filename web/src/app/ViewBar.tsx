import { EyeOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { useQueryClient } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import { useViewAs } from '@/api/session';
import type { Session, SessionUser } from '@/api/types';
import { useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { useIsPhone } from '@/ui/useViewport';
import { appTexts } from './texts';

interface Props {
  user: SessionUser;
  viewer: NonNullable<Session['viewed_by']>;
}

/** Above everything: whose eyes these are, and the way back. */
export function ViewBar({ user, viewer }: Props) {
  const t = useTexts(appTexts);
  const { language, timezone } = useSettings();
  const phone = useIsPhone();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { done, failed } = useFeedback();
  const view = useViewAs();
  const { until } = viewer;
  const time = new Date(until).toLocaleTimeString(language === 'zh' ? 'zh-CN' : 'en-GB', { hour: '2-digit', minute: '2-digit', timeZone: timezone });

  useEffect(() => {
    // The server ends it by itself; the page then asks who it is for now, and forgets what the other person saw.
    const left = new Date(until).getTime() - Date.now();
    const timer = setTimeout(() => {
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      void client.invalidateQueries({ queryKey: keys.session });
    }, Math.max(0, left) + 1000);
    return () => { clearTimeout(timer); };
  }, [until, client]);

  const end = () => {
    view.mutate(null, { onSuccess: () => { void navigate('/'); done(t('viewEnded')); }, onError: failed });
  };
  return (
    <div className="view-bar" role="status">
      <EyeOutlined />
      <span>{phone ? t('viewingShort', { name: user.name }) : t('viewing', { viewer: viewer.name, name: user.name, time })}</span>
      <Button size="small" loading={view.isPending} onClick={end}>{t('viewEnd')}</Button>
    </div>
  );
}
