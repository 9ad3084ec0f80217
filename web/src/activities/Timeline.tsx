import { Alert, Button, Skeleton } from 'antd';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { keys } from '@/api/keys';
import { useModel, type ObjectModel } from '@/api/metadata';
import { readTimeline, useDataChanged } from '@/api/records';
import type { QueryAnswer, Row } from '@/api/types';
import { useTexts } from '@/i18n';
import { EmptyState, ErrorState } from '@/ui/states';
import { Composer } from './Composer';
import { isAhead } from './entries';
import { activityTexts } from './texts';
import { TimelineEntry } from './TimelineEntry';

const CheckInDialog = lazy(() => import('./CheckInDialog'));
const CheckOutDialog = lazy(() => import('./CheckOutDialog'));

interface Props {
  object: ObjectModel;
  record: Row;
  /** Whether the reader may check in at the record. */
  visitable: boolean;
}

/** A dialog of a visit: at the record itself, or at an activity that was planned or is under way. */
interface Step {
  kind: 'in' | 'out';
  object: string;
  id: string;
}

/** What was done with a record and what is planned, the latest first. */
export function Timeline({ object, record, visitable }: Props) {
  const t = useTexts(activityTexts);
  const activity = useModel().object('activity');
  const changed = useDataChanged();
  const [step, setStep] = useState<Step>();
  const [called, setCalled] = useState(false);
  const [begun, setBegun] = useState(0);
  useDialled(() => { setCalled(true); });
  const found = useInfiniteQuery({
    queryKey: keys.timeline(object.name, record.id),
    queryFn: ({ pageParam, signal }) => readTimeline<QueryAnswer>(object.name, record.id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled: activity !== undefined,
  });
  if (!activity) return null;
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  const ahead = rows.filter((row) => isAhead(row)).sort((a, b) => String(a.start_at ?? '').localeCompare(String(b.start_at ?? '')));
  const past = rows.filter((row) => !isAhead(row));
  const close = (done: boolean) => {
    setStep(undefined);
    if (done) void changed();
  };
  const entry = (row: Row) => (
    <TimelineEntry key={row.id} activity={activity} row={row} of={record.id} onStep={(kind) => { setStep({ kind, object: activity.name, id: row.id }); }} />
  );
  const name = String(record[object.name_field] ?? '');
  // What is converted goes on with its account; a panel above says which one that is.
  const postable = activity.can('create') && (record.converted_at ?? null) === null;
  const Dialog = step?.kind === 'out' ? CheckOutDialog : CheckInDialog;
  return (
    <section className="timeline" aria-label={t('timeline')}>
      {called && postable ? (
        <Alert type="info" title={t('callLog')} closable={{ onClose: () => { setCalled(false); } }} style={{ marginBottom: 8 }}
          action={<Button size="small" onClick={() => { setCalled(false); setBegun(begun + 1); }}>{t('post')}</Button>} />
      ) : null}
      {postable ? (
        <Composer
          key={begun}
          activity={activity}
          object={object}
          record={record}
          begun={begun > 0 ? { type: 'call', text: t('called', { name }) } : undefined}
          onCheckIn={visitable ? () => { setStep({ kind: 'in', object: object.name, id: record.id }); } : undefined}
        />
      ) : null}
      {found.isPending ? <Skeleton active paragraph={{ rows: 5 }} /> : null}
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isSuccess && rows.length === 0 ? <EmptyState title={t('noActivity')} hint={t('noActivityHint')} /> : null}
      {ahead.length > 0 ? (
        <>
          <h3 className="timeline-group">{t('ahead')}</h3>
          <ol className="timeline-list">{ahead.map(entry)}</ol>
          {past.length > 0 ? <h3 className="timeline-group">{t('past')}</h3> : null}
        </>
      ) : null}
      <ol className="timeline-list">{past.map(entry)}</ol>
      {found.hasNextPage ? (
        <Button block type="text" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('loadMore')}</Button>
      ) : null}
      <Suspense>{step ? <Dialog object={step.object} ids={[step.id]} open onClose={close} /> : null}</Suspense>
    </section>
  );
}

/** Hears when somebody dials a number on the page: then they will want to log the call. */
function useDialled(heard: () => void): void {
  useEffect(() => {
    const listen = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest('a[href^="tel:"]')) heard();
    };
    document.addEventListener('click', listen);
    return () => { document.removeEventListener('click', listen); };
  });
}
