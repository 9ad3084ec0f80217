import { Skeleton, Tag } from 'antd';
import { Link } from 'react-router';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useUses } from '@/api/uses';
import { useLabel, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { EmptyState, ErrorState } from '@/ui/states';
import { recordTexts } from './texts';

/** Where a setting is used: the records that refer to it, by object and field, each with the way there. */
export function UsesPanel({ object, id }: { object: ObjectModel; id: string }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const model = useModel();
  const found = useUses(object.name, id);
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 4 }} />;
  if (found.data.length === 0) return <EmptyState title={t('unused')} hint={t('unusedHint')} />;
  return (
    <>
      <ul className="uses">
        {found.data.map((use) => {
          const of = model.object(use.object);
          return (
            <li key={`${use.object}.${use.field}`}>
              <Link to={listLink(use.object, { field: use.field, op: '=', value: id })}>{label(of?.plural) || use.object} · {label(of?.field(use.field)?.label) || use.field}</Link>
              {use.in_the_way ? <Tag>{t('inTheWay')}</Tag> : null}
              <span className="number">{use.count}{use.capped ? '+' : ''}</span>
            </li>
          );
        })}
      </ul>
      {found.data.some((use) => use.in_the_way) ? <p className="uses-hint">{t('inTheWayHint')}</p> : null}
    </>
  );
}
