import { Link } from 'react-router';
import { useRecent } from '@/api/lookup';
import { useModel } from '@/api/metadata';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { EmptyState } from '@/ui/states';
import { Panel } from './Panel';
import { homeTexts } from './texts';

const SHOWN = 7;

export function RecentRecords() {
  const t = useTexts(homeTexts);
  const label = useLabel();
  const format = useFormat();
  const model = useModel();
  const recent = useRecent();
  const rows = (recent.data ?? []).filter((row) => model.object(row.object)).slice(0, SHOWN);
  return (
    <Panel title={t('recent')} loading={recent.isPending} error={recent.error} onRetry={() => void recent.refetch()}>
      {rows.length === 0 ? <EmptyState title={t('recentNone')} /> : (
        <ul className="panel-list">
          {rows.map((row) => (
            <li key={`${row.object}-${row.id}`} className="recent">
              <span className="recent-icon" title={label(model.object(row.object)?.label)}><ObjectIcon icon={model.object(row.object)?.icon} /></span>
              <Link to={`/o/${row.object}/${row.id}`} className="row-name">{row.name ?? `#${row.id}`}</Link>
              <span className="row-detail">{row.at ? format.when(row.at) : label(model.object(row.object)?.label)}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
