import { Tag } from 'antd';
import { Link } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useFormat, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { Panel } from './Panel';
import { VISITS_TODAY } from './queries';
import { homeTexts } from './texts';

/** The person's visits and meetings of today, by their time; nothing where there are none. */
export function TodayVisits({ activity }: { activity: ObjectModel }) {
  const t = useTexts(homeTexts);
  const format = useFormat();
  const related = activity.field('related_id');
  const visits = useRecords({
    object: activity.name,
    fields: ['subject', 'type', 'start_at', 'visit_status', 'overdue', ...(related ? ['related_id', 'related.name'] : [])],
    filter: VISITS_TODAY,
    order: [{ field: 'start_at' }, { field: 'id' }],
    limit: 8,
  });
  const rows = visits.data?.rows ?? [];
  if (visits.isSuccess && rows.length === 0) return null;
  const state = (row: (typeof rows)[number]) => {
    if (row.type !== 'visit') return null;
    if (row.visit_status === 'in_progress') return <Tag color="orange">{t('visitUnderWay')}</Tag>;
    if (row.visit_status === 'done') return <Tag color="green">{t('visitDone')}</Tag>;
    return row.overdue === true ? <Tag color="red">{t('visitMissed')}</Tag> : <Tag>{t('visitPlanned')}</Tag>;
  };
  return (
    <Panel title={t('visitsToday')} to={listLink(activity.name, VISITS_TODAY, 'calendar')} loading={visits.isPending} error={visits.error} onRetry={() => void visits.refetch()}>
      <ul className="panel-list">
        {rows.map((row) => (
          <li key={row.id}>
            <span className="visit-time number">{format.datetime(String(row.start_at)).slice(-5)}</span>
            <div className="task-text">
              <Link to={`/o/${activity.name}/${row.id}`} className="row-name">{String(row.subject)}</Link>
              <span className="row-detail">
                {related && !isBlank(row.related_id) ? <FIELD_WIDGETS.polymorphic.Cell field={related} value={row.related_id} row={row} /> : null}
              </span>
            </div>
            {state(row)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
