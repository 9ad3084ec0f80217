import { Alert, Button } from 'antd';
import { Link } from 'react-router';
import { isUndoable, type ImportJob } from '@/api/imports';
import { useModel } from '@/api/metadata';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { Noticed, ReportFigures } from './Report';
import { RejectedRows } from './RejectedRows';
import { importTexts } from './texts';
import { UndoResult } from './UndoResult';
import { useUndo } from './useUndo';

/** How an import ended, and the way back. */
export function ResultStep({ job }: { job: ImportJob }) {
  const t = useTexts(importTexts);
  const label = useLabel();
  const format = useFormat();
  const { language } = useSettings();
  const object = useModel().object(job.object);
  const { undo, busy } = useUndo();
  const stored = job.created + job.updated;
  const headline: { type: 'success' | 'warning' | 'error' | 'info'; title: string; description?: string } =
    job.state === 'undone' ? { type: 'info', title: t('doneUndone'), description: t('afterUndo') }
    : job.state === 'failed' ? { type: 'error', title: t('doneFailed'), description: job.error?.detail }
    : job.state === 'cancelled' ? { type: 'warning', title: t('doneCancelled'), description: [
        t('gone', { n: format.number(job.progress), total: format.number(job.total ?? 0) }),
        stored > 0 ? t('doneCancelledHint') : '',
      ].join(language === 'zh' ? '。' : '. ') }
    : stored === 0 ? { type: 'warning', title: t('doneNone') }
    : job.rejected > 0 ? { type: 'warning', title: t('doneSome', { n: format.number(job.rejected) }) }
    : { type: 'success', title: t('doneAll') };
  return (
    <>
      <Alert className="import-alert" showIcon {...headline} />
      {job.undo ? <UndoResult job={job} report={job.undo} /> : <ReportFigures job={job} />}
      <footer className="import-actions in-flow">
        {object && !job.undo ? <Link to={`/o/${object.name}`}><Button type="primary">{t('openList', { objects: label(object.plural) })}</Button></Link> : null}
        <Link to={`/import?object=${job.object}`}><Button>{t('another')}</Button></Link>
        {isUndoable(job) ? <Button danger loading={busy} onClick={() => void undo(job)}>{busy ? t('undoing') : t('undo')}</Button> : null}
      </footer>
      {job.undo ? null : <RejectedRows job={job} />}
      {job.undo ? null : <Noticed job={job} />}
    </>
  );
}
