import { Button, Skeleton, Tag } from 'antd';
import { Link } from 'react-router';
import { isActive, isUndoable, useImports, type ImportJob } from '@/api/imports';
import { useModel } from '@/api/metadata';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { EmptyState, ErrorState } from '@/ui/states';
import { draftOf } from './drafts';
import { importTexts } from './texts';
import { useUndo } from './useUndo';

const COLORS: Record<ImportJob['state'], string> = {
  draft: 'default', waiting: 'processing', running: 'processing', done: 'success', failed: 'error', cancelled: 'warning', undone: 'default',
};

export function StateTag({ job }: { job: ImportJob }) {
  const t = useTexts(importTexts);
  return <Tag color={job.dry_run && job.state === 'done' ? 'default' : COLORS[job.state]} className="import-state">{t(job.dry_run && job.state === 'done' ? 'tried' : job.state)}</Tag>;
}

/** A file that was never run is listed only where its mapping can be gone on with. */
const isListed = (job: ImportJob): boolean => job.state !== 'draft' || draftOf(job.id) !== null;

/** The imports of before: how they ended, and a way back. */
export function EarlierImports() {
  const t = useTexts(importTexts);
  const imports = useImports();
  const listed = (imports.data ?? []).filter(isListed);
  return (
    <section className="import-card">
      <h2>{t('earlier')}</h2>
      {imports.isPending ? (
        <Skeleton active paragraph={{ rows: 4 }} title={false} />
      ) : imports.isError ? (
        <ErrorState error={imports.error} onRetry={() => void imports.refetch()} />
      ) : listed.length === 0 ? (
        <EmptyState title={t('noEarlier')} hint={t('noEarlierHint')} />
      ) : (
        <ul className="import-list">{listed.map((job) => <EarlierImport key={job.id} job={job} />)}</ul>
      )}
    </section>
  );
}

function EarlierImport({ job }: { job: ImportJob }) {
  const t = useTexts(importTexts);
  const label = useLabel();
  const format = useFormat();
  const { language } = useSettings();
  const model = useModel();
  const { undo, busy } = useUndo();
  const object = model.object(job.object);
  const resumable = (job.state === 'draft' || job.dry_run) && draftOf(job.id) !== null;
  const words = job.dry_run ? (['tryCreated', 'tryUpdated', 'trySkipped', 'tryRejected'] as const) : (['countCreated', 'countUpdated', 'countSkipped', 'countRejected'] as const);
  const numbers = [job.created, job.updated, job.skipped, job.rejected];
  const counts = words.flatMap((key, at) => (numbers[at] ? [t(key, { n: format.number(numbers[at]) })] : []));
  const outcome = job.undo
    ? t('takenBack', { deleted: format.number(job.undo.deleted), restored: format.number(job.undo.restored), kept: format.number(job.undo.kept) })
    : counts.join(language === 'zh' ? '，' : ', ') || (isActive(job) || job.state === 'draft' ? '' : t('countNothing'));
  return (
    <li>
      <div className="import-list-file">
        <Link to={`/import/${job.id}`}>{job.name ?? `#${job.id}`}</Link>
        <span>{[object ? label(object.plural) : job.object, format.when(job.created_at)].join(' · ')}</span>
      </div>
      <StateTag job={job} />
      <span className="import-list-counts number">
        {outcome}
      </span>
      <span className="import-list-actions">
        {isUndoable(job) ? <Button size="small" loading={busy} onClick={() => void undo(job)}>{t('undoShort')}</Button> : null}
        <Link to={`/import/${job.id}`}>{t(resumable ? 'resume' : 'view')}</Link>
      </span>
    </li>
  );
}
