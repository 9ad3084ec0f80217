import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { updateRecord, useDataChanged } from '@/api/records';
import type { Row } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useFormat, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { EmptyState } from '@/ui/states';
import { Panel } from './Panel';
import { TASKS } from './queries';
import { homeTexts } from './texts';

const SHOWN = 7;

function Due({ date }: { date: string | null }) {
  const t = useTexts(homeTexts);
  const format = useFormat();
  if (date === null) return <span className="task-due">{t('noDate')}</span>;
  const today = format.today();
  if (date < today) return <span className="task-due overdue">{t('overdue')} · {format.date(date)}</span>;
  return <span className={date === today ? 'task-due today' : 'task-due'}>{date === today ? t('today') : format.date(date)}</span>;
}

/** The person's open tasks by due date; a tick completes one. */
export function Tasks({ activity }: { activity: ObjectModel }) {
  const t = useTexts(homeTexts);
  const openForm = useOpenForm();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const [ticked, setTicked] = useState<string[]>([]);
  const related = activity.field('related_id');
  const tasks = useRecords({
    object: activity.name,
    fields: ['subject', 'due_date', 'status', ...(related ? ['related_id', 'related.name'] : [])],
    filter: TASKS,
    order: [{ field: 'due_date' }, { field: 'id' }],
    limit: SHOWN,
  });
  const set = async (row: Row, status: string | null, version: number): Promise<number> => {
    const saved = await updateRecord(activity.name, row.id, { status }, version);
    await changed();
    return saved.version;
  };
  const untick = (row: Row) => { setTicked((ids) => ids.filter((id) => id !== row.id)); };
  const finish = async (row: Row) => {
    setTicked((ids) => [...ids, row.id]);
    try {
      const version = await set(row, 'done', row.version);
      done(t('finished', { name: String(row.subject) }), () => {
        untick(row);
        set(row, 'open', version).catch(failed);
      });
    } catch (error) {
      untick(row);
      failed(error);
    }
  };
  const rows = tasks.data?.rows ?? [];
  const add = () => { openForm({ object: activity.name, initial: { type: 'task', status: 'open' } }); };
  const addButton = activity.can('create') ? <Button size="small" type="text" icon={<PlusOutlined />} aria-label={t('newTask')} title={t('newTask')} onClick={add} /> : null;
  return (
    <Panel title={t('tasks')} to={listLink(activity.name, TASKS)} extra={addButton} loading={tasks.isPending} error={tasks.error} onRetry={() => void tasks.refetch()}>
      {rows.length === 0 ? (
        <EmptyState title={t('tasksNone')} hint={t('tasksNoneHint')} action={activity.can('create') ? <Button onClick={add}>{t('newTask')}</Button> : undefined} />
      ) : (
        <ul className="panel-list">
          {rows.map((row) => (
            <li key={row.id} className="task">
              <Checkbox
                aria-label={t('finish', { name: String(row.subject) })}
                checked={ticked.includes(row.id)}
                disabled={!activity.can('update') || ticked.includes(row.id)}
                onChange={() => void finish(row)}
              />
              <div className="task-text">
                <Link to={`/o/${activity.name}/${row.id}`} className={ticked.includes(row.id) ? 'row-name ticked' : 'row-name'}>{String(row.subject)}</Link>
                <span className="row-detail">
                  {related && !isBlank(row.related_id) ? <FIELD_WIDGETS.polymorphic.Cell field={related} value={row.related_id} row={row} /> : null}
                </span>
              </div>
              <Due date={typeof row.due_date === 'string' ? row.due_date : null} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
