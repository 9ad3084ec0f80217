import { Link } from 'react-router';
import type { ImportJob, UndoReport } from '@/api/imports';
import { useNames } from '@/api/lookup';
import { useTexts } from '@/i18n';
import { Tiles } from './Report';
import { importTexts } from './texts';

/** What taking an import back did, and which records stay. */
export function UndoResult({ job, report }: { job: ImportJob; report: UndoReport }) {
  const t = useTexts(importTexts);
  const names = useNames(job.object, report.reasons.map((reason) => reason.record_id));
  const why = (code: string): string => {
    if (code.endsWith('changed_since')) return t('keptChanged');
    if (code === 'record.has_children') return t('keptChildren');
    if (code === 'undo.purged' || code === 'record.not_found') return t('keptPurged');
    return t(code.startsWith('access.') ? 'keptAccess' : 'keptOther');
  };
  return (
    <>
      <Tiles tiles={[
        { name: t('undoDeleted'), number: report.deleted },
        { name: t('undoRestored'), number: report.restored },
        { name: t('undoKept'), number: report.kept },
      ]} />
      {report.reasons.length > 0 ? (
        <section className="import-card">
          <h2>{t('keptTitle')}</h2>
          {report.kept > report.reasons.length ? <p className="import-hint">{t('keptFirst', { n: report.reasons.length })}</p> : null}
          <ul className="import-kept">
            {report.reasons.map((reason, n) => (
              <li key={n}>
                <Link to={`/o/${job.object}/${reason.record_id}`}>{names.data?.[reason.record_id] ?? `#${reason.record_id}`}</Link>
                <span>{why(reason.code)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}
