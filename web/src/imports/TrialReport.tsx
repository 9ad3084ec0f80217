import { Alert } from 'antd';
import type { ImportJob } from '@/api/imports';
import { useFormat, useTexts } from '@/i18n';
import { importTexts } from './texts';
import { Noticed, ReportFigures } from './Report';
import { RejectedRows } from './RejectedRows';

/** The rows of a tried import that can be imported. */
export const goodRows = (job: ImportJob): number => job.created + job.updated;

/** What the trial run found. `children` stand before the rejected rows. */
export function TrialReport({ job, children }: { job: ImportJob; children?: React.ReactNode }) {
  const t = useTexts(importTexts);
  const format = useFormat();
  const good = goodRows(job);
  const title =
    job.state === 'failed' ? t('triedFailed')
    : job.state === 'cancelled' ? t('triedCancelled')
    : good + job.skipped === 0 ? t('triedNone')
    : job.rejected === 0 ? t('triedGood', { n: format.number(good + job.skipped) })
    : t('triedSome', { n: format.number(good), rejected: format.number(job.rejected) });
  const type = job.state === 'failed' ? 'error' : job.state === 'done' && job.rejected === 0 ? 'success' : 'warning';
  return (
    <>
      <Alert className="import-alert" type={type} showIcon title={title} description={job.error?.detail ?? t('triedHint')} />
      {job.state === 'failed' ? null : <ReportFigures job={job} />}
      {children}
      <RejectedRows job={job} />
      <Noticed job={job} />
    </>
  );
}
