import { Steps } from 'antd';
import type { ReactNode } from 'react';
import { useTexts } from '@/i18n';
import { useIsPhone } from '@/ui/useViewport';
import { importTexts } from './texts';

interface Props {
  title: string;
  /** 0 the file, 1 the columns, 2 the trial run, 3 the import. */
  step: number;
  /** Steps that one can go back to. */
  onStep?: (step: number) => void;
  note?: ReactNode;
}

export function ImportHead({ title, step, onStep, note }: Props) {
  const t = useTexts(importTexts);
  const phone = useIsPhone();
  const names = [t('stepFile'), t('stepMap'), t('stepCheck'), t('stepDone')];
  return (
    <header className="import-head">
      <div>
        <h1>{title}</h1>
        {note}
      </div>
      {phone ? (
        <div className="import-step">
          <span>{t('stepOf', { n: step + 1 })}</span>
          <strong>{names[step]}</strong>
        </div>
      ) : (
        <Steps
          size="small"
          className="import-steps"
          current={step}
          onChange={onStep}
          items={names.map((name, n) => ({ title: name, disabled: !onStep || n >= step || step === 3 }))}
        />
      )}
    </header>
  );
}
