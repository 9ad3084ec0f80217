import { useQueryClient } from '@tanstack/react-query';
import { Button, Progress } from 'antd';
import { useState } from 'react';
import { isApiError } from '@/api/errors';
import { cancelImport, type ImportJob } from '@/api/imports';
import { keys } from '@/api/keys';
import { useFormat, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { importTexts } from './texts';

/** How far a trial run or an import is. */
export function RunProgress({ job }: { job: ImportJob }) {
  const t = useTexts(importTexts);
  const format = useFormat();
  const client = useQueryClient();
  const { confirm, failed } = useFeedback();
  const [asked, setAsked] = useState(false);
  const { progress, total } = job;
  const cancel = async () => {
    const sure = job.dry_run || (await confirm({ title: t('cancelAsk'), content: t('cancelHint'), ok: t('cancel'), cancel: t('goOn'), danger: true }));
    if (!sure) return;
    setAsked(true);
    cancelImport(job.id).then(
      (now) => { client.setQueryData(keys.import(job.id), now); },
      (problem: unknown) => {
        setAsked(false);
        // It has ended in the meantime: what it did says more than that.
        if (isApiError(problem) && problem.status === 409) void client.invalidateQueries({ queryKey: keys.import(job.id) });
        else failed(problem);
      },
    );
  };
  return (
    <section className="import-card import-progress" aria-live="polite">
      <h2>{t(job.dry_run ? 'trying' : 'importing')}</h2>
      <Progress percent={total ? Math.floor((100 * progress) / total) : 0} status="active" />
      <p className="number">{job.state === 'waiting' ? t('queued') : t('gone', { n: format.number(progress), total: format.number(total ?? 0) })}</p>
      <p className="import-hint">{job.dry_run ? t('triedHint') : t('mayLeave')}</p>
      <Button disabled={asked} onClick={() => void cancel()}>{asked ? t('cancelling') : t(job.dry_run ? 'cancelTry' : 'cancel')}</Button>
    </section>
  );
}
