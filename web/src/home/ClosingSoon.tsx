import { Link } from 'react-router';
import { useRecords } from '@/api/query';
import { OptionValue, isBlank } from '@/fields';
import { useFormat, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { EmptyState } from '@/ui/states';
import { Panel } from './Panel';
import { closingFilter, type Sales } from './queries';
import { homeTexts } from './texts';

const SHOWN = 6;

/** Open opportunities whose close date is near, the nearest first. */
export function ClosingSoon({ sales, mine }: { sales: Sales; mine: boolean }) {
  const t = useTexts(homeTexts);
  const format = useFormat();
  const { object, stage, amount, closeDate } = sales;
  const account = object.field('account_id');
  const soon = useRecords({
    object: object.name,
    fields: [object.name_field, stage.name, amount, closeDate, ...(account ? ['account_id', 'account.name'] : [])],
    filter: closingFilter(sales, mine),
    order: [{ field: closeDate }, { field: 'id' }],
    limit: SHOWN,
  });
  const rows = soon.data?.rows ?? [];
  return (
    <Panel wide title={t('closing')} to={listLink(object.name, closingFilter(sales, mine))} loading={soon.isPending} error={soon.error} onRetry={() => void soon.refetch()}>
      {rows.length === 0 ? <EmptyState title={t('closingNone')} /> : (
        <ul className="panel-list">
          {rows.map((row) => (
            <li key={row.id} className="closing">
              <span className="closing-date number">{format.date(String(row[closeDate]))}</span>
              <div className="task-text">
                <Link to={`/o/${object.name}/${row.id}`} className="row-name">{String(row[object.name_field])}</Link>
                <span className="row-detail">{String(row['account.name'] ?? '')}</span>
              </div>
              <div className="closing-worth">
                <strong className="number">{isBlank(row[amount]) ? '—' : format.money(String(row[amount]), 0)}</strong>
                <OptionValue field={stage} value={String(row[stage.name])} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
