import { Button, Empty, Result, Skeleton, Spin } from 'antd';
import type { ReactNode } from 'react';
import { useTexts } from '@/i18n';
import { errorText } from './errorText';
import { uiTexts } from './texts';

/** Nothing here yet: says so, and offers what to do. */
export function EmptyState({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      style={{ padding: '32px 16px' }}
      description={
        <>
          <div className="empty-title">{title}</div>
          {hint ? <div className="empty-hint">{hint}</div> : null}
        </>
      }
    >
      {action}
    </Empty>
  );
}

/** Something could not be loaded: the sentence, and a button that tries again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTexts(uiTexts);
  return (
    <Result
      status="warning"
      title={t('loadFailed')}
      subTitle={errorText(error, t)}
      extra={onRetry ? <Button onClick={onRetry}>{t('retry')}</Button> : undefined}
    />
  );
}

/** Stands where a page will be while its code or data is on its way. */
export function PageSkeleton() {
  return (
    <div style={{ padding: 24 }} aria-busy="true">
      <Skeleton active title={{ width: 180 }} paragraph={{ rows: 8 }} />
    </div>
  );
}

export function FullScreenSpinner() {
  return (
    <div style={{ display: 'grid', placeItems: 'center', height: '100dvh' }} aria-busy="true">
      <Spin />
    </div>
  );
}
