import { ApiOutlined, CalendarOutlined, EyeOutlined, GlobalOutlined, LogoutOutlined, QuestionCircleOutlined, SafetyOutlined } from '@ant-design/icons';
import { Avatar, Button, Dropdown, type MenuProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useChangePreferences, useSignOut } from '@/api/session';
import { keys } from '@/api/keys';
import type { SessionUser } from '@/api/types';
import { useQueryClient } from '@tanstack/react-query';
import { fileUrl } from '@/api/files';
import { useSettings, useTexts } from '@/i18n';
import { useIsPhone } from '@/ui/useViewport';
import { appTexts } from './texts';

const CalendarFeedDialog = lazy(() => import('@/activities').then((m) => m.calendarFeedDialog()));
const ViewAsDialog = lazy(() => import('./ViewAsDialog'));
const SecurityDialog = lazy(() => import('@/security').then((m) => ({ default: m.SecurityDialog })));

/** The sign of a person: the last two characters of a Chinese name, the initials of any other. */
export function initials(name: string): string {
  if (/[一-鿿]/.test(name)) return name.slice(-2);
  return name.split(/\s+/).map((word) => word[0] ?? '').slice(0, 2).join('').toUpperCase();
}

export function UserMenu({ user, viewing, onHelp }: { user: SessionUser; viewing: boolean; onHelp: () => void }) {
  const t = useTexts(appTexts);
  const { language, changeLanguage } = useSettings();
  const client = useQueryClient();
  const phone = useIsPhone();
  const signOut = useSignOut();
  const preferences = useChangePreferences();
  const [security, setSecurity] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const [subscribing, setSubscribing] = useState(false);

  const switchLanguage = () => {
    const next = language === 'zh' ? 'en' : 'zh';
    changeLanguage(next);
    // Sentences that came from the server are in the old language: read them again once it knows.
    preferences.mutate({ language: next }, { onSuccess: () => void client.invalidateQueries({ queryKey: keys.data }) });
  };
  const acts: Record<string, () => void> = {
    language: switchLanguage,
    security: () => { setSecurity(true); },
    feed: () => { setSubscribing(true); },
    viewAs: () => { setChoosing(true); },
    shortcuts: onHelp,
    docs: () => { window.open('/api/docs', '_blank', 'noopener'); },
    out: () => { signOut.mutate(); },
  };
  const items: MenuProps['items'] = [
    {
      key: 'who',
      type: 'group',
      label: (
        <div className="user-card">
          <strong>{user.name}</strong>
          <span>{[user.login, user.department_name].filter(Boolean).join(' · ')}</span>
        </div>
      ),
    },
    { type: 'divider' },
    ...(viewing ? [] : [
      { key: 'language', icon: <GlobalOutlined />, label: t('language') },
      { key: 'security', icon: <SafetyOutlined />, label: t('security') },
      { key: 'feed', icon: <CalendarOutlined />, label: t('feed') },
    ]),
    ...(user.administers && !viewing ? [{ key: 'viewAs', icon: <EyeOutlined />, label: t('viewAs') }] : []),
    ...(phone ? [] : [{ key: 'shortcuts', icon: <QuestionCircleOutlined />, label: t('shortcuts'), extra: '?' }]),
    { key: 'docs', icon: <ApiOutlined />, label: t('apiDocs') },
    { type: 'divider' },
    { key: 'out', icon: <LogoutOutlined />, label: t('signOut') },
  ];
  return (
    <>
      <Dropdown trigger={['click']} placement="bottomRight" menu={{ items, onClick: ({ key }) => acts[key]?.() }}>
        <Button type="text" className="user-button" aria-label={t('userMenu')}>
          <Avatar size={28} src={user.avatar ? fileUrl(user.avatar) : undefined} className="user-avatar">{initials(user.name)}</Avatar>
          {phone ? null : <span className="user-name">{user.name}</span>}
        </Button>
      </Dropdown>
      <Suspense>
        {choosing ? <ViewAsDialog onClose={() => { setChoosing(false); }} /> : null}
        {subscribing ? <CalendarFeedDialog onClose={() => { setSubscribing(false); }} /> : null}
        {security ? <SecurityDialog onClose={() => { setSecurity(false); }} /> : null}
      </Suspense>
    </>
  );
}
