import { Button } from 'antd';
import { useState } from 'react';
import type { ImportJob } from '@/api/imports';
import type { ObjectModel } from '@/api/metadata';
import { useFormat, useTexts } from '@/i18n';
import { ofItsType, type Plan } from './plan';
import { importTexts } from './texts';
import { goodRows, TrialReport } from './TrialReport';
import { UnknownValues } from './UnknownValues';

interface Props {
  job: ImportJob;
  object: ObjectModel;
  plan: Plan;
  onChange: (plan: Plan) => void;
  busy: boolean;
  onBack: () => void;
  onTry: () => void;
  onRun: () => void;
}

/** After a trial run: what it found, what can be mended here, and the import itself. */
export function CheckStep({ job, object, plan, onChange, busy, onBack, onTry, onRun }: Props) {
  const t = useTexts(importTexts);
  const format = useFormat();
  const [changed, setChanged] = useState(false);
  const good = goodRows(job);
  const done = job.state === 'done';
  return (
    <TrialReport job={job}>
      <UnknownValues object={ofItsType(object, plan)} job={job} plan={plan} onChange={(next) => { setChanged(true); onChange(next); }} />
      <footer className="import-actions above">
        <Button onClick={onBack}>{t('back')}</Button>
        <Button type={changed || !done ? 'primary' : 'default'} loading={busy && (changed || !done)} onClick={onTry}>{t('again')}</Button>
        {done && good > 0 && !changed ? (
          <Button type="primary" loading={busy} onClick={onRun}>{t(job.rejected === 0 ? 'run' : 'runGood', { n: format.number(good) })}</Button>
        ) : null}
      </footer>
    </TrialReport>
  );
}
