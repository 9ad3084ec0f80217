import { Alert, Button, Modal, Skeleton, Space, Typography } from 'antd';
import { useState } from 'react';
import { useCalendarFeed, useChangeFeed } from '@/api/activities';
import { useFormat, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { activityTexts } from './texts';

/** The secret address by which a phone reads one's tasks, visits and meetings. */
export default function CalendarFeedDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(activityTexts);
  const format = useFormat();
  const feed = useCalendarFeed();
  const { open, close } = useChangeFeed();
  const { failed, done } = useFeedback();
  const [address, setAddress] = useState<string>();
  const since = feed.data?.since ?? null;
  const make = () => { open.mutate(undefined, { onSuccess: ({ path }) => { setAddress(window.location.origin + path); }, onError: failed }); };
  const revoke = () => { close.mutate(undefined, { onSuccess: () => { setAddress(undefined); done(t('feedClosed')); }, onError: failed }); };
  return (
    <Modal open title={t('feed')} onCancel={onClose} footer={<Button onClick={onClose}>{t('feedDone')}</Button>}>
      <p>{t('feedHint')}</p>
      {feed.isError ? <ErrorState error={feed.error} onRetry={() => void feed.refetch()} /> : null}
      {feed.isPending ? <Skeleton active paragraph={{ rows: 2 }} /> : null}
      {address ? (
        <>
          <Alert type="warning" showIcon title={t('feedOnce')} />
          <p><Typography.Text code copyable style={{ wordBreak: 'break-all' }}>{address}</Typography.Text></p>
        </>
      ) : null}
      {feed.isSuccess && since && !address ? (
        <p>{t('feedSince', { when: format.datetime(since) })} {feed.data.last_read_at ? t('feedRead', { when: format.datetime(feed.data.last_read_at) }) : t('feedUnread')}</p>
      ) : null}
      {feed.isSuccess ? (
        <Space>
          <Button type="primary" loading={open.isPending} onClick={make}>{t(since ? 'feedAnew' : 'feedMake')}</Button>
          {since ? <Button danger loading={close.isPending} onClick={revoke}>{t('feedClose')}</Button> : null}
        </Space>
      ) : null}
    </Modal>
  );
}
