import type { ImportJob } from '@/api/imports';
import type { ObjectModel } from '@/api/metadata';
import { useFormat, useTexts } from '@/i18n';
import { mapTexts } from './mapTexts';
import { fieldOf, withValue, type Plan } from './plan';
import { unknownTextsOf } from './problems';
import { ValueInput } from './ValueInput';

const SHOWN = 20;

/** Texts of the file that nothing answers to, each with what it is to mean. */
export function UnknownValues({ object, job, plan, onChange }: { object: ObjectModel; job: ImportJob; plan: Plan; onChange: (plan: Plan) => void }) {
  const t = useTexts(mapTexts);
  const format = useFormat();
  const capped = job.errors.length >= 100;
  const unknown = unknownTextsOf(job.errors).filter(({ column }) => fieldOf(object, plan.columns[column]?.field ?? null)).slice(0, SHOWN);
  if (unknown.length === 0) return null;
  return (
    <section className="import-card">
      <h2>{t('unknownTitle')}</h2>
      <p className="import-hint">{t('unknownHint')}</p>
      {unknown.map(({ column, text, rows, reason }) => {
        const planned = plan.columns[column];
        const field = fieldOf(object, planned?.field ?? null);
        if (!planned || !field) return null;
        return (
          <div key={`${column}-${text}`} className="unknown-row">
            <div className="unknown-text" title={reason}>
              <span>{column}</span>
              <strong>{text}</strong>
              <span className="number">{t(capped ? 'rowsAtLeast' : 'rowsListed', { n: format.number(rows) })}</span>
            </div>
            <span aria-hidden>→</span>
            <ValueInput
              field={field}
              plan={planned}
              text={text}
              value={planned.values.find((value) => value.from === text)?.to}
              onChange={(to) => { onChange({ ...plan, columns: { ...plan.columns, [column]: withValue(planned, text, to) } }); }}
            />
          </div>
        );
      })}
    </section>
  );
}
