import { Button, Flex, Typography } from 'antd';
import { useState } from 'react';
import { useTryFormula, type FormulaResult } from '@/api/formulas';
import { useModel } from '@/api/metadata';
import { LookupPicker } from '@/fields';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { formulaTexts } from './texts';

/** What the formula gives for a record of one's choice, before anything is saved. */
export function TryPanel({ object, text, ready }: { object: string; text: string; ready: boolean }) {
  const t = useTexts(formulaTexts);
  const label = useLabel();
  const model = useModel().object(object);
  const { failed } = useFeedback();
  const trying = useTryFormula();
  const [ids, setIds] = useState<string[]>([]);
  const [tried, setTried] = useState<{ text: string; id: string; result: FormulaResult } | null>(null);
  const id = ids[0];
  const names = { object: label(model?.label), objects: label(model?.plural) };
  const run = (record: string) => {
    trying.mutate({ object, text, id: record }, { onSuccess: (result) => { setTried({ text, id: record, result }); }, onError: failed });
  };
  // A result belongs to the formula and the record that it was worked out for.
  const current = tried?.text === text && tried.id === id ? tried.result : null;
  return (
    <div className="formula-try">
      <div className="formula-try-title">{t('tryTitle')}</div>
      <Flex gap={8} wrap>
        <div className="formula-try-record">
          <LookupPicker object={object} label={t('tryTitle')} placeholder={t('tryPick', names)} value={ids} onChange={(next) => { setIds(next); if (next[0] && ready) run(next[0]); }} />
        </div>
        <Button disabled={!ready || id === undefined} loading={trying.isPending} onClick={() => { if (id !== undefined) run(id); }}>{t('tryRun')}</Button>
      </Flex>
      {current ? (
        <div className="formula-result" role="status">
          <span>{t('result')}</span>
          {current.errors.length > 0 ? <Typography.Text type="danger">{current.errors.map(({ detail }) => detail).join(' ')}</Typography.Text> : <Value result={current} />}
        </div>
      ) : null}
    </div>
  );
}

function Value({ result: { kind, value } }: { result: FormulaResult }) {
  const t = useTexts(formulaTexts);
  const c = useTexts(common);
  const format = useFormat();
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return <Typography.Text type="secondary">{t('blank')}</Typography.Text>;
  if (typeof value === 'boolean') return <strong>{value ? c('yes') : c('no')}</strong>;
  if (Array.isArray(value)) return <strong>{value.join(' · ')}</strong>;
  return <strong>{kind === 'number' ? format.number(value) : kind === 'date' ? format.date(value) : kind === 'datetime' ? format.datetime(value) : value}</strong>;
}
