import { Button, InputNumber, Skeleton, Switch } from 'antd';
import { useState } from 'react';
import { useTrial, type PoolRules } from '@/api/pools';
import { useUpdateRecord } from '@/api/records';
import type { RecordAnswer } from '@/api/types';
import { useFormat, useListing, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { useDebounced } from '@/ui/useDebounced';
import { poolSettingTexts } from './texts';

const DAYS = ['default_days', 'extend_days', 'longest_days', 'no_activity_days'] as const;
const DAYS_MAX = 3650;
const PEOPLE = 5;

/** Other rules, and how many records they would take back tonight; nothing happens before they are saved. */
export function Trial({ answer, rules: inForce }: { answer: RecordAnswer; rules: PoolRules }) {
  const t = useTexts(poolSettingTexts);
  const { done, failed } = useFeedback();
  const update = useUpdateRecord('pool');
  const [rules, setRules] = useState(inForce);
  const settled = useDebounced(rules);
  const same = JSON.stringify(rules) === JSON.stringify(inForce);
  const save = () => {
    const { automatic, ...days } = rules;
    // Saved rules come back as another version of the page, which takes this one away.
    update.mutateAsync({ id: answer.record.id, values: { ...days, recycle_rule: automatic ? 'automatic' : 'manual' }, version: answer.version })
      .then(() => { done(t('saved')); }, failed);
  };
  return (
    <section className="pool-panel">
      <h2>{t('trial')}</h2>
      <p className="pool-hint">{t('trialHint')}</p>
      <div className="trial-inputs">
        <label><span>{t('automatic')}</span><Switch checked={rules.automatic} onChange={(automatic) => { setRules({ ...rules, automatic }); }} /></label>
        {DAYS.map((name) => (
          <label key={name}>
            <span>{t(name)}</span>
            <InputNumber
              min={1}
              max={DAYS_MAX}
              precision={0}
              disabled={!rules.automatic}
              suffix={t('days')}
              value={rules[name]}
              onChange={(value) => { setRules({ ...rules, [name]: value ?? (name === 'default_days' ? 1 : null) }); }}
            />
          </label>
        ))}
      </div>
      <Outcome id={answer.record.id} rules={settled} />
      <Button type="primary" disabled={same} loading={update.isPending} onClick={save}>{t('save')}</Button>
    </section>
  );
}

function Outcome({ id, rules }: { id: string; rules: PoolRules }) {
  const t = useTexts(poolSettingTexts);
  const listing = useListing();
  const format = useFormat();
  const found = useTrial(id, rules);
  if (found.error) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active paragraph={{ rows: 1 }} title={false} />;
  const { would, held, now, people } = found.data;
  const named = listing(people.slice(0, PEOPLE).map((one) => t('personN', { name: one.name, n: format.number(one.count) })));
  return (
    <div className="trial-outcome" aria-live="polite">
      <strong className={would > now ? 'more' : undefined}>{t('would', { would: format.number(would), held: format.number(held) })}</strong>
      <span>{t('nowRules', { n: format.number(now) })}</span>
      {named ? <span>{t('fromWhom', { people: named })}</span> : null}
    </div>
  );
}
