import { Button, Checkbox } from 'antd';
import { Link } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, Row } from '@/api/types';
import { isBlank } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { widgetOf } from '@/records/list';
import { poolTexts } from './texts';

const FIELDS_ON_CARD = 6;

interface Props {
  object: ObjectModel;
  fields: FieldMeta[];
  hidden: string[];
  rows: Row[];
  /** How one is taken; without it one is assigned what lies there. */
  taking?: { busy: string | undefined; selected: string[]; onSelect: (ids: string[]) => void; onTake: (id: string) => void };
}

/** What lies in a pool, on a phone: a card a record, with what is known of it and a button to take it. */
export function LyingCards({ object, fields, hidden, rows, taking }: Props) {
  const t = useTexts(poolTexts);
  const label = useLabel();
  return (
    <ul className="cards pool-cards">
      {rows.map((row) => {
        const name = String(row[object.name_field] ?? `#${row.id}`);
        const held = taking?.selected.includes(row.id) ?? false;
        const known = fields.filter((field) => !isBlank(row[field.name]) || hidden.includes(field.name)).slice(0, FIELDS_ON_CARD);
        return (
          <li key={row.id} className="card">
            <div className="card-head">
              <Link to={`/o/${object.name}/${row.id}`} className="card-name">{name}</Link>
              {taking ? (
                <span className="pool-take">
                  <Button size="small" loading={taking.busy === row.id} disabled={taking.busy !== undefined} onClick={() => { taking.onTake(row.id); }}>{t('claim')}</Button>
                  <Checkbox
                    aria-label={t('choose', { name })}
                    checked={held}
                    onChange={() => { taking.onSelect(held ? taking.selected.filter((one) => one !== row.id) : [...taking.selected, row.id]); }}
                  />
                </span>
              ) : null}
            </div>
            <dl className="card-fields">
              {known.map((field) => {
                const { Cell } = widgetOf(object, field);
                return (
                  <div key={field.name}>
                    <dt>{label(field.label)}</dt>
                    <dd>{isBlank(row[field.name]) ? <span className="pool-note">{t('hiddenShort')}</span> : <Cell field={field} value={row[field.name]} row={row} />}</dd>
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
