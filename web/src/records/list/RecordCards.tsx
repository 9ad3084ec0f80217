import { Button, Checkbox, Skeleton } from 'antd';
import { Link } from 'react-router';
import { useModel } from '@/api/metadata';
import { useRestoreRecord } from '@/api/records';
import { may } from '@/api/rights';
import { FIELD_WIDGETS, isBlank, useCalled } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { Marks } from '@/records/stages';
import { useFeedback } from '@/ui/feedback';
import { pathLabel } from './FieldPicker';
import type { RowsProps } from './RecordTable';
import { listTexts } from './texts';
import { widgetOf } from './viewWidgets';

const FIELDS_ON_CARD = 6;

/** The list on a phone: a card a record, with its first columns. */
export function RecordCards({ object, rows, columns, loading, stale, chosen, onChoose, deleted }: RowsProps) {
  const t = useTexts(listTexts);
  const label = useLabel();
  const model = useModel();
  const called = useCalled();
  const restore = useRestoreRecord(object.name);
  const { done, failed } = useFeedback();
  // Not by the callbacks of `mutate`: with the last card the list goes, and they with it.
  const bringBack = (id: string) => restore.mutateAsync(id).then(() => { done(t('restoreDone', { n: 1 })); }, failed);
  if (loading) return <div className="cards" aria-busy="true">{[1, 2, 3, 4].map((n) => <div key={n} className="card"><Skeleton active paragraph={{ rows: 2 }} /></div>)}</div>;
  const shown = columns.filter((path) => path !== object.name_field).slice(0, FIELDS_ON_CARD);
  return (
    <ul className={stale ? 'cards stale' : 'cards'}>
      {rows.map((row) => {
        const name = String(called(object, object.name_field, row) ?? '') || `#${row.id}`;
        const held = chosen.some((one) => one.id === row.id);
        return (
          <li key={row.id} className="card">
            <div className="card-head">
              {deleted ? <strong>{name}</strong> : <Link to={`/o/${object.name}/${row.id}`} className="card-name">{name}</Link>}
              {deleted ? (
                may(row, 'delete') ? <Button size="small" onClick={() => void bringBack(row.id)}>{t('restore')}</Button> : null
              ) : (
                <Checkbox
                  aria-label={t('selectRow', { name })}
                  checked={held}
                  onChange={() => { onChoose(held ? chosen.filter((one) => one.id !== row.id) : [...chosen, row]); }}
                />
              )}
            </div>
            <Marks object={object} row={row} />
            <dl className="card-fields">
              {shown.map((path) => {
                const field = model.fieldAt(object.name, path);
                if (!field || isBlank(row[path])) return null;
                const { Cell } = path.includes('.') ? FIELD_WIDGETS[field.type] : widgetOf(object, field);
                return (
                  <div key={path}>
                    <dt>{pathLabel(model, object.name, path, label)}</dt>
                    <dd><Cell field={field} value={row[path]} row={row} path={path} /></dd>
                  </div>
                );
              })}
            </dl>
          </li>
        );
      })}
    </ul>
  );
}
