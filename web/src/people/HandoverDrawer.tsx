import type { LookupRow } from '@/api/lookup';
import { Button, Checkbox, Drawer, Form, Radio, Segmented, Skeleton } from 'antd';
import { useState } from 'react';
import { useModel } from '@/api/metadata';
import { useHandOver, useHoldings, type Holding } from '@/api/moves';
import { LookupPicker } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { Hanging } from './Hanging';
import { MoveReport } from './MoveReport';
import './people.css';
import { numberOf, partsOf, type Choices } from './handover';
import { peopleTexts } from './texts';

interface Props {
  user: { id: string; name: string };
  onClose: () => void;
}

/** What a person owns and what else hangs on them; hands their records over, in the background. */
export default function HandoverDrawer({ user, onClose }: Props) {
  const t = useTexts(peopleTexts);
  const phone = useIsPhone();
  const [job, setJob] = useState<string>();
  return (
    <Drawer open title={t('handoverOf', { name: user.name })} size={phone ? '100%' : 720} onClose={onClose} maskClosable={job !== undefined}>
      {job ? <MoveReport id={job} /> : <Plan user={user} onBegun={setJob} />}
      <h3 className="people-head">{t('hangs')}</h3>
      <p className="people-note">{t('hangsHint')}</p>
      <Hanging user={user.id} />
    </Drawer>
  );
}

function Plan({ user, onBegun }: { user: Props['user']; onBegun: (job: string) => void }) {
  const t = useTexts(peopleTexts);
  const { failed } = useFeedback();
  const found = useHoldings(user.id);
  const handOver = useHandOver();
  const [choices, setChoices] = useState<Choices>({});
  const [everybody, setEverybody] = useState<LookupRow>();
  const [keep, setKeep] = useState<'not' | 'read' | 'edit'>('not');
  const [moves, setMoves] = useState(true);
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active />;
  const holdings = found.data;
  if (holdings.length === 0) return <><h3 className="people-head">{t('owns')}</h3><p className="people-note">{t('ownsNothing')}</p></>;

  const parts = partsOf(holdings, choices, everybody?.id);
  const n = numberOf(holdings, choices);
  const change = (object: string, choice: Partial<Choices[string]>) => { setChoices({ ...choices, [object]: { ...choices[object], ...choice } }); };
  const start = () => {
    handOver.mutate(
      { from_id: user.id, parts: parts ?? [], keep: keep === 'not' ? null : keep, move_department: moves },
      { onSuccess: (job) => { onBegun(job.id); }, onError: failed },
    );
  };
  return (
    <>
      <h3 className="people-head">{t('owns')}</h3>
      <Form layout="vertical">
        <Form.Item label={t('toAll')}>
          <LookupPicker object="user" label={t('toAll')} allowClear value={everybody ? [everybody.id] : []} onChange={(_, rows) => { setEverybody(rows[0]); }} />
        </Form.Item>
        <ul className="holdings">
          {holdings.map((holding) => (
            <OneHolding key={holding.object} holding={holding} choice={choices[holding.object]} everybody={everybody} onChange={(choice) => { change(holding.object, choice); }} />
          ))}
        </ul>
        <Form.Item label={t('keep')}>
          <Radio.Group value={keep} onChange={(event) => { setKeep(event.target.value as typeof keep); }} options={[
            { value: 'not', label: t('keepNot') }, { value: 'read', label: t('keepRead') }, { value: 'edit', label: t('keepEdit') },
          ]} />
        </Form.Item>
        <Form.Item>
          <Checkbox checked={moves} onChange={(event) => { setMoves(event.target.checked); }}>{t('moveDepartment')}</Checkbox>
        </Form.Item>
        <Button type="primary" disabled={parts === null || parts.length === 0} loading={handOver.isPending} onClick={start}>
          {n > 0 ? t('start', { n }) : t('startNone')}
        </Button>
        {parts === null ? <span className="people-note inline">{t('toNeeded')}</span> : null}
      </Form>
    </>
  );
}

interface HoldingProps {
  holding: Holding;
  choice: Choices[string] | undefined;
  everybody: LookupRow | undefined;
  onChange: (choice: Partial<Choices[string]>) => void;
}

function OneHolding({ holding, choice, everybody, onChange }: HoldingProps) {
  const t = useTexts(peopleTexts);
  const label = useLabel();
  const object = useModel().object(holding.object);
  const name = label(object?.plural) || holding.object;
  const said = (counted: { number: number; capped: boolean }) => `${counted.number}${counted.capped ? '+' : ''}`;
  const taken = holding.can && choice?.taken !== false;
  return (
    <li className="holding">
      <Checkbox checked={taken} disabled={!holding.can} title={holding.can ? undefined : t('notYours')} onChange={(event) => { onChange({ taken: event.target.checked }); }}>
        {name}{holding.open ? null : <span className="number"> {said(holding.total)}</span>}
      </Checkbox>
      {holding.open ? (
        <Segmented<'all' | 'open'>
          size="small"
          disabled={!taken}
          aria-label={`${name} ${t('which')}`}
          value={choice?.open_only ? 'open' : 'all'}
          options={[{ value: 'all', label: t('all', { n: said(holding.total) }) }, { value: 'open', label: t('openOnly', { n: said(holding.open) }) }]}
          onChange={(which) => { onChange({ open_only: which === 'open' }); }}
        />
      ) : <span />}
      <LookupPicker
        object="user"
        size="small"
        label={`${name} ${t('to')}`}
        disabled={!taken}
        allowClear
        value={choice?.to ? [choice.to] : everybody ? [everybody.id] : []}
        names={everybody ? { [everybody.id]: everybody.name ?? '' } : undefined}
        onChange={(ids) => { onChange({ to: ids[0] }); }}
      />
    </li>
  );
}
