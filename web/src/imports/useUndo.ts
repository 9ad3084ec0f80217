import { useUndoImport, type ImportJob } from '@/api/imports';
import { common, useFormat, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { importTexts } from './texts';

/** Takes an import back after asking, and says what became of it. */
export function useUndo(): { undo: (job: ImportJob) => Promise<void>; busy: boolean } {
  const t = useTexts(importTexts);
  const c = useTexts(common);
  const format = useFormat();
  const { language } = useSettings();
  const { confirm, done, failed } = useFeedback();
  const undoing = useUndoImport();
  const undo = async (job: ImportJob) => {
    const sure = await confirm({
      title: t('undoAsk', { file: job.name ?? job.id }),
      content: [
        job.created > 0 ? t('undoCreated', { n: format.number(job.created) }) : '',
        job.updated > 0 ? t('undoUpdated', { n: format.number(job.updated) }) : '',
        t('undoKeeps'),
      ].filter(Boolean).join(language === 'zh' ? '' : ' '),
      ok: t('undo'),
      cancel: c('cancel'),
      danger: true,
    });
    if (!sure) return;
    undoing.mutate(job.id, {
      onSuccess: ({ undo: report }) => { if (report) done(t('undoDone', { deleted: format.number(report.deleted), restored: format.number(report.restored) })); },
      onError: failed,
    });
  };
  return { undo, busy: undoing.isPending };
}
