import { Button } from 'antd';
import { useState } from 'react';
import type { ColumnsBody, ListPlace } from '@/api/layouts';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { ColumnDrawer, pathLabel } from '@/records/list';
import { layoutTexts } from './texts';

const PLACES: ListPlace[] = ['list', 'lookup', 'search'];

interface Props {
  object: ObjectModel;
  columns: ColumnsBody;
  onSave: (columns: ColumnsBody | null) => void;
}

/** Which fields stand in lists, look-ups and hits of the search. */
export function ListColumns({ object, columns, onSave }: Props) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const model = useModel();
  const [open, setOpen] = useState<ListPlace>();
  const put = (place: ListPlace, paths: string[] | undefined) => {
    const left = PLACES.flatMap((one) => {
      const held = one === place ? paths : columns[one];
      return held?.length ? [[one, held] as const] : [];
    });
    onSave(left.length > 0 ? Object.fromEntries(left) : null);
  };
  return (
    <section className="layouts-columns" aria-labelledby="layouts-columns">
      <h2 id="layouts-columns">{t('columnsTitle')}</h2>
      <p className="layouts-intro">{t('columnsHint')}</p>
      <dl>
        {PLACES.map((place) => (
          <div key={place}>
            <dt>{t(place)}</dt>
            <dd>{columns[place]?.map((path) => pathLabel(model, object.name, path, label)).join(' · ') ?? <span className="layouts-others">{t('automatic')}</span>}</dd>
            <span className="layouts-acts">
              <Button size="small" aria-label={`${t('choose')} ${t(place)}`} onClick={() => { setOpen(place); }}>{t('choose')}</Button>
              {columns[place] ? <Button size="small" type="text" onClick={() => { put(place, undefined); }}>{t('reset')}</Button> : null}
            </span>
          </div>
        ))}
      </dl>
      {open ? <ColumnDrawer object={object} columns={columns[open] ?? [object.name_field]} onApply={(paths) => { put(open, paths); }} onClose={() => { setOpen(undefined); }} /> : null}
    </section>
  );
}
