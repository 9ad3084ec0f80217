import { useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { isApiError } from '@/api/errors';
import { isActive, runImport, type ImportJob } from '@/api/imports';
import { keys } from '@/api/keys';
import { useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { CheckStep } from './CheckStep';
import { draftOf, dropDraft, keepDraft, type KeptDraft } from './drafts';
import { FileFacts } from './FileFacts';
import { ImportHead } from './ImportHead';
import { MapStep } from './MapStep';
import { runOf, type Plan } from './plan';
import { ResultStep } from './ResultStep';
import { RunProgress } from './RunProgress';
import { importTexts } from './texts';
import { TrialReport } from './TrialReport';
import { useFollowedImport } from './useFollowedImport';

/** One import, wherever it stands: its columns are being mapped, it was tried, it runs, it has ended. */
export function ImportPage({ id }: { id: string }) {
  const t = useTexts(importTexts);
  const query = useFollowedImport(id);
  if (query.isPending) return <PageSkeleton />;
  if (isApiError(query.error) && query.error.status === 404) {
    return <EmptyState title={t('missing')} hint={query.error.message} action={<Link to="/import"><Button>{t('toStart')}</Button></Link>} />;
  }
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const job = query.data;
  const kept = draftOf(id);
  const real = !job.dry_run && job.state !== 'draft';
  if (real) return <RealImport job={job} />;
  if (kept) return <Wizard job={job} kept={kept} />;
  return (
    <>
      <ObjectHead job={job} step={job.dry_run ? 2 : 1} />
      {isActive(job) ? <RunProgress job={job} /> : job.dry_run ? <TrialReport job={job} /> : null}
      <section className="import-card">
        <EmptyState title={t('lost')} hint={t('lostHint')} action={<Link to={`/import?object=${job.object}`}><Button type="primary">{t('upload')}</Button></Link>} />
      </section>
    </>
  );
}

function ObjectHead({ job, step, onStep }: { job: ImportJob; step: number; onStep?: (step: number) => void }) {
  const t = useTexts(importTexts);
  const label = useLabel();
  const object = useModel().object(job.object);
  return <ImportHead title={t('titleOf', { objects: object ? label(object.plural) : job.object })} step={step} onStep={onStep} note={step === 1 ? null : <p>{job.name}</p>} />;
}

function RealImport({ job }: { job: ImportJob }) {
  return (
    <>
      <ObjectHead job={job} step={3} />
      {isActive(job) ? <RunProgress job={job} /> : <ResultStep job={job} />}
    </>
  );
}

function Wizard({ job, kept }: { job: ImportJob; kept: KeptDraft }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const object = useModel().object(kept.object);
  const [plan, setPlan] = useState(kept.plan);
  const [mapping, setMapping] = useState(job.state === 'draft');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  if (!object) return <EmptyState title={job.object} />;

  const change = (next: Plan) => {
    setPlan(next);
    setError(undefined);
    keepDraft({ ...kept, plan: next });
  };
  const start = (dryRun: boolean, used: Plan = plan) => {
    setBusy(true);
    setError(undefined);
    runImport(job.id, runOf(object, used, dryRun)).then(
      (started) => {
        if (!dryRun) dropDraft(job.id);
        client.setQueryData(keys.import(job.id), started);
        setBusy(false);
        setMapping(false);
        window.scrollTo({ top: 0 });
      },
      (problem: unknown) => {
        setBusy(false);
        setMapping(true);
        setError(problem);
      },
    );
  };
  const step = mapping ? 1 : 2;
  return (
    <>
      <ObjectHead job={job} step={step} onStep={(next) => { if (next === 0) void navigate(`/import?object=${object.name}`); else setMapping(true); }} />
      {mapping ? (
        <>
          <FileFacts kept={kept} />
          <MapStep object={object} draft={kept.draft} plan={plan} onChange={change} busy={busy} error={error} onTry={() => { start(true); }} />
        </>
      ) : isActive(job) ? (
        <RunProgress job={job} />
      ) : (
        <CheckStep job={job} object={object} plan={plan} onChange={change} busy={busy} onBack={() => { setMapping(true); }} onTry={() => { start(true); }} onRun={() => { start(false); }} />
      )}
    </>
  );
}
