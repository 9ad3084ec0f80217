import { BellOutlined } from '@ant-design/icons';
import { Badge, Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useUnread } from '@/api/notifications';
import { useTexts } from '@/i18n';
import { notificationTexts } from './texts';

const NotificationDrawer = lazy(() => import('./NotificationDrawer'));

/** How much is new, and the way to it. */
export function NotificationBell() {
  const t = useTexts(notificationTexts);
  const [open, setOpen] = useState(false);
  const unread = useUnread().data ?? 0;
  const label = unread > 0 ? t('unread', { n: unread > 99 ? '99+' : unread }) : t('notifications');
  return (
    <>
      <Button type="text" className="bell" aria-label={label} title={label} onClick={() => { setOpen(true); }}>
        <Badge count={unread} overflowCount={99} size="small"><BellOutlined className="bell-icon" /></Badge>
      </Button>
      <Suspense>{open ? <NotificationDrawer onClose={() => { setOpen(false); }} /> : null}</Suspense>
    </>
  );
}
