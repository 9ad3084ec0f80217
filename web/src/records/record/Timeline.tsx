import { CarOutlined, CheckCircleOutlined, FileTextOutlined, MailOutlined, PhoneOutlined, TeamOutlined } from '@ant-design/icons';
import { Button, Checkbox, Skeleton } from 'antd';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { keys } from '@/api/keys';
import { useModel, type ObjectModel } from '@/api/metadata';
import { readTimeline, useUpdateRecord } from '@/api/records';
import type { QueryAnswer, Row } from '@/api/types';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState } from '@/ui/states';
import { QuickActivity } from './QuickActivity';
import { recordTexts } from './texts';

const ICONS: Record<string, ReactNode> = {
  visit: <CarOutlined />,
  call: <PhoneOutlined />,
  email: <MailOutlined />,
  meeting: <TeamOutlined />,
  task: <CheckCircleOutlined />,
  note: <FileTextOutlined />,
};

/** What was done with a record and what is planned, the latest first. */
export function Timeline({ object, record }: { object: ObjectModel; record: Row }) {
  const t = useTexts(recordTexts);
  const activity = useModel().object('activity');
  const found = useInfiniteQuery({
    queryKey: keys.timeline(object.name, record.id),
    queryFn: ({ pageParam, signal }) => readTimeline<QueryAnswer>(object.name, record.id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled: activity !== undefined,
  });
  if (!activity) return null;
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <section className="timeline" aria-label={t('timeline')}>
      {activity.can('create') ? <QuickActivity activity={activity} object={object} record={record} /> : null}
      {found.isPending ? <Skeleton active paragraph={{ rows: 5 }} /> : null}
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isSuccess && rows.length === 0 ? <EmptyState title={t('noActivity')} hint={t('noActivityHint')} /> : null}
      <ol className="timeline-list">
        {rows.map((row) => <Entry key={row.id} activity={activity} row={row} />)}
      </ol>
      {found.hasNextPage ? (
        <Button block type="text" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('loadMore')}</Button>
      ) : null}
    </section>
  );
}

function Entry({ activity, row }: { activity: ObjectModel; row: Row }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const format = useFormat();
  const update = useUpdateRecord(activity.name);
  const { done, failed } = useFeedback();
  const type = String(row.type ?? 'note');
  const option = activity.field('type')?.options?.find(({ value }) => value === type);
  const finished = row.status === 'done';
  const due = typeof row.due_date === 'string' ? row.due_date : null;
  const overdue = due !== null && !finished && due < format.today();
  const at = String(row.start_at ?? row.created_at);

  const set = async (status: string, version: number): Promise<void> => {
    try {
      const saved = await update.mutateAsync({ id: row.id, values: { status }, version });
      const back = status === 'done' ? 'open' : 'done';
      done(t(status === 'done' ? 'taskDone' : 'taskReopened'), () => void set(back, saved.version));
    } catch (error) {
      failed(error);
    }
  };
  return (
    <li className={`timeline-entry ${type}`}>
      <span className="timeline-icon" title={label(option?.label)}>{ICONS[type] ?? ICONS.note}</span>
      <div className="timeline-body">
        <div className="timeline-head">
          {type === 'task' ? (
            <Checkbox
              checked={finished}
              disabled={!activity.can('update') || update.isPending}
              aria-label={t('taskDone')}
              onChange={() => void set(finished ? 'open' : 'done', row.version)}
            />
          ) : null}
          <Link to={`/o/${activity.name}/${row.id}`} className={finished ? 'timeline-subject finished' : 'timeline-subject'}>
            {String(row.subject ?? '')}
          </Link>
        </div>
        {row.content ? <p className="timeline-content">{String(row.content)}</p> : null}
        <div className="timeline-meta">
          <span>{label(option?.label)}</span>
          {row['owner.name'] ? <span>{String(row['owner.name'])}</span> : null}
          <time dateTime={at} title={format.datetime(at)}>{format.when(at)}</time>
          {type === 'task' && due ? <span className={overdue ? 'overdue' : ''}>{overdue ? `${t('overdue')} · ` : ''}{t('dueOn', { date: format.date(due) })}</span> : null}
          {row.location_name ? <span>{String(row.location_name)}</span> : null}
        </div>
      </div>
    </li>
  );
}
