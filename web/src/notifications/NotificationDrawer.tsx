import { ArrowLeftOutlined, SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Drawer, Skeleton, Space, Switch } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useChooseKinds, useMarkRead, useNotificationKinds, useNotifications, useUnread, type Notification } from '@/api/notifications';
import { useFormat, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState } from '@/ui/states';
import { byDay, dayBefore, timeOf } from './byDay';
import './notifications.css';
import { notificationTexts } from './texts';

/** What the reader was told, by day; behind the cog, which kinds they want. */
export default function NotificationDrawer({ onClose }: { onClose: () => void }) {
  const t = useTexts(notificationTexts);
  const [choosing, setChoosing] = useState(false);
  const toggle = choosing
    ? <Button type="text" icon={<ArrowLeftOutlined />} onClick={() => { setChoosing(false); }}>{t('back')}</Button>
    : <Button type="text" icon={<SettingOutlined />} aria-label={t('kinds')} title={t('kinds')} onClick={() => { setChoosing(true); }} />;
  return (
    <Drawer open size={400} title={t(choosing ? 'kinds' : 'notifications')} extra={toggle} onClose={onClose} className="notifications" styles={{ body: { padding: 0 } }}>
      {choosing ? <Kinds /> : <List onClose={onClose} />}
    </Drawer>
  );
}

function List({ onClose }: { onClose: () => void }) {
  const t = useTexts(notificationTexts);
  const { timezone } = useSettings();
  const navigate = useNavigate();
  const [onlyUnread, setOnlyUnread] = useState(false);
  const found = useNotifications(onlyUnread);
  const unread = useUnread().data ?? 0;
  const mark = useMarkRead();
  const { failed } = useFeedback();
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  const open = (row: Notification) => {
    if (!row.read) mark.mutate([row.id]);
    if (row.object && row.record_id) {
      onClose();
      void navigate(`/o/${row.object}/${row.record_id}`);
    }
  };
  return (
    <>
      <div className="notifications-head">
        <Checkbox checked={onlyUnread} onChange={(event) => { setOnlyUnread(event.target.checked); }}>{t('onlyUnread')}</Checkbox>
        <Button size="small" type="link" disabled={unread === 0} onClick={() => { mark.mutate(null, { onError: failed }); }}>{t('allRead')}</Button>
      </div>
      {found.isPending ? <Skeleton active className="notifications-wait" paragraph={{ rows: 6 }} /> : null}
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isSuccess && rows.length === 0 ? <EmptyState title={t(onlyUnread ? 'noneUnread' : 'none')} hint={onlyUnread ? undefined : t('noneHint')} /> : null}
      {byDay(rows, timezone).map(({ day, rows: told }) => <Day key={day} day={day} rows={told} onOpen={open} />)}
      {found.hasNextPage ? <Button block type="text" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('more')}</Button> : null}
    </>
  );
}

function Day({ day, rows, onOpen }: { day: string; rows: Notification[]; onOpen: (row: Notification) => void }) {
  const t = useTexts(notificationTexts);
  const { timezone } = useSettings();
  const format = useFormat();
  const today = format.today();
  const title = day === today ? t('today') : day === dayBefore(today) ? t('yesterday') : format.date(day);
  return (
    <section aria-label={title}>
      <h3 className="notifications-day">{title}</h3>
      <ul className="notifications-list">
        {rows.map((row) => (
          <li key={row.id}>
            <button type="button" className={row.read ? 'notification' : 'notification unread'} title={row.object ? undefined : t('gone')} onClick={() => { onOpen(row); }}>
              <span className="notification-text">{row.text}</span>
              <time dateTime={row.at}>{timeOf(row.at, timezone)}</time>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Kinds() {
  const t = useTexts(notificationTexts);
  const kinds = useNotificationKinds();
  const choose = useChooseKinds();
  const { failed } = useFeedback();
  if (kinds.isError) return <ErrorState error={kinds.error} onRetry={() => void kinds.refetch()} />;
  if (!kinds.data) return <Skeleton active className="notifications-wait" />;
  const all = kinds.data;
  return (
    <Space orientation="vertical" size={14} className="notifications-kinds">
      <p className="notifications-hint">{t('kindsHint')}</p>
      {all.map(({ kind, label, on }) => (
        <label key={kind} className="notifications-kind">
          <span>{label}</span>
          <Switch
            checked={on}
            aria-label={label}
            onChange={(next) => { choose.mutate(all.map((one) => (one.kind === kind ? { ...one, on: next } : one)), { onError: failed }); }}
          />
        </label>
      ))}
    </Space>
  );
}
