import { Alert, Button } from 'antd';
import type { ImportDraft } from '@/api/imports';
import { isApiError } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { uiTexts } from '@/ui/texts';
import { ColumnRow } from './ColumnRow';
import { DuplicateChoice } from './DuplicateChoice';
import { ExtraFields } from './ExtraFields';
import { mapTexts } from './mapTexts';
import { filled, obstacles, ofItsType, type ColumnPlan, type Obstacle, type Plan } from './plan';

interface Props {
  object: ObjectModel;
  draft: ImportDraft;
  plan: Plan;
  onChange: (plan: Plan) => void;
  busy: boolean;
  error: unknown;
  onTry: () => void;
}

/** Gives the columns of the file to fields of the object. */
export function MapStep({ object: whole, draft, plan, onChange, busy, error, onTry }: Props) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const words = useTexts(uiTexts);
  const object = ofItsType(whole, plan);
  const open = obstacles(object, plan);
  const taken = new Set(filled(plan));
  const used = Object.values(plan.columns).filter((column) => column.field !== null).length;
  const set = (name: string, column: ColumnPlan) => { onChange({ ...plan, columns: { ...plan.columns, [name]: column } }); };

  const obstacleText = (obstacle: Obstacle): string => {
    switch (obstacle.kind) {
      case 'nothing': return t('obNothing');
      case 'missing': return t('obMissing', { field: label(obstacle.field.label) });
      case 'unfilled': return t('obUnfilled', { field: label(obstacle.field.label) });
      case 'object': return t('obObject', { column: obstacle.column });
      case 'dates': return t('obDates', { column: obstacle.column });
      case 'match': return t('obMatch');
    }
  };
  const refused = error === undefined ? [] : isApiError(error) && error.problems.length > 0 ? error.problems.map((problem) => problem.detail) : [errorText(error, words)];
  return (
    <>
      {refused.length > 0 ? <Problems title={t('refused')} texts={refused} type="error" /> : null}
      <section className="import-card">
        <div className="map-head" aria-hidden>
          <span>{t('columns')}</span>
          <span>{t('fields', { object: label(object.label) })}</span>
          <span>{t('how')}</span>
        </div>
        <ul className="map-list">
          {draft.columns.map((column) => {
            const planned = plan.columns[column.name];
            return planned ? <ColumnRow key={column.name} object={object} column={column} plan={planned} taken={taken} onChange={(next) => { set(column.name, next); }} /> : null;
          })}
        </ul>
      </section>
      <ExtraFields object={object} draft={draft} plan={plan} onChange={onChange} />
      <DuplicateChoice object={object} plan={plan} onChange={onChange} />
      {open.length > 0 ? <Problems title={t('open')} texts={open.map(obstacleText)} type="warning" /> : null}
      <footer className="import-actions">
        <span className="import-hint">{t('mapped', { n: draft.columns.length, used })} · {t('tryHint')}</span>
        <Button type="primary" loading={busy} disabled={open.length > 0} onClick={onTry}>{t('tryIt')}</Button>
      </footer>
    </>
  );
}

function Problems({ title, texts, type }: { title: string; texts: string[]; type: 'error' | 'warning' }) {
  const description = texts.length === 1 ? texts[0] : <ul className="import-problems">{texts.map((text, n) => <li key={n}>{text}</li>)}</ul>;
  return <Alert className="import-alert" type={type} showIcon title={title} description={description} />;
}
