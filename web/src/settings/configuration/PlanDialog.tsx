import { Alert, Modal, Skeleton, Tag } from 'antd';
import { useCarryOut, useProposal, type PlanStep, type Proposal, type RecordStep, type Undertaking } from '@/api/configuration';
import { ApiError } from '@/api/errors';
import { useLabel, useTexts } from '@/i18n';
import { errorText } from '@/ui/errorText';
import { useFeedback } from '@/ui/feedback';
import { uiTexts } from '@/ui/texts';
import { KeptList } from './KeptList';
import { ActTag } from './PartView';
import { configurationTexts } from './texts';

interface Props {
  what: Undertaking;
  title: string;
  onClose: () => void;
  onDone?: () => void;
}

/** What would be done, in sentences, and the choice to do it. */
export function PlanDialog({ what, title, onClose, onDone }: Props) {
  const t = useTexts(configurationTexts);
  const found = useProposal(what);
  const carryOut = useCarryOut();
  const feedback = useFeedback();
  const empty = found.data !== undefined && found.data.steps.length === 0 && found.data.records.length === 0;
  const installs = what.kind === 'install' || what.kind === 'remove';
  const possible = found.data !== undefined && (!empty || installs);
  const apply = () => {
    if (!possible) { onClose(); return; }
    carryOut.mutate({ what, version: found.data.version }, {
      onSuccess: () => {
        feedback.done(t('done'));
        onDone?.();
        onClose();
      },
      onError: () => { void found.refetch(); },
    });
  };
  return (
    <Modal
      open
      width={760}
      title={title}
      styles={{ body: { maxHeight: 'calc(100dvh - 260px)', overflow: 'auto' } }}
      okText={possible ? t('apply') : t('close')}
      okButtonProps={{ danger: possible && found.data.risky }}
      confirmLoading={carryOut.isPending}
      cancelButtonProps={possible ? undefined : { style: { display: 'none' } }}
      onOk={apply}
      onCancel={onClose}
    >
      {found.isPending ? <Skeleton active paragraph={{ rows: 5 }} /> : null}
      {found.error ? <Refusal error={found.error} /> : null}
      {carryOut.error ? <Refusal error={carryOut.error} /> : null}
      {found.data ? <Plan proposal={found.data} empty={empty} /> : null}
    </Modal>
  );
}

/** Why it cannot be done: every problem at once. */
function Refusal({ error }: { error: unknown }) {
  const t = useTexts(configurationTexts);
  const u = useTexts(uiTexts);
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <Alert
      type="error"
      showIcon
      className="config-alert"
      title={problems.length > 0 ? t('problems') : errorText(error, u)}
      description={problems.length > 0 ? <ul className="config-problems">{problems.map((one, n) => <li key={n}>{one.detail}</li>)}</ul> : undefined}
    />
  );
}

function Plan({ proposal, empty }: { proposal: Proposal; empty: boolean }) {
  const t = useTexts(configurationTexts);
  return (
    <div className="config-plan">
      {proposal.risky ? <Alert type="warning" showIcon className="config-alert" title={t('risky')} /> : null}
      <p>{empty ? t('nothingToDo') : t('willDo')}</p>
      <ul className="config-steps">
        {proposal.steps.map((step) => <Step key={`${step.thing} ${step.name} ${step.act}`} step={step} />)}
        {proposal.records.map((step, n) => <RecordLine key={n} step={step} />)}
      </ul>
      <KeptList notes={proposal.notes} title={t('kept')} />
    </div>
  );
}

const names = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

/** Whether fields only come or go: that is told by steps of their own, and no order of those that stay changes. */
function onlyComeOrGo({ old, new: wanted }: { old: unknown; new: unknown }): boolean {
  const [before, after] = [names(old), names(wanted)];
  return before.filter((one) => after.includes(one)).join() === after.filter((one) => before.includes(one)).join();
}

/** The sentences about a step's settings, without those that would repeat other steps. */
function telling(step: PlanStep): string[] {
  const [, ...lines] = step.lines;
  const terms = Object.entries(step.changes);
  if (terms.length !== lines.length) return lines;
  return lines.filter((_, n) => {
    const [term, change] = terms[n] ?? [];
    return !(term === 'fields' && change && onlyComeOrGo(change));
  });
}

function Step({ step }: { step: PlanStep }) {
  const t = useTexts(configurationTexts);
  const label = useLabel();
  const lines = telling(step);
  if (step.act === 'change' && step.thing === 'object' && lines.length === 0 && step.notes.length === 0) return null;
  return (
    <li className={step.risky ? 'risky' : undefined}>
      <div>
        <ActTag act={step.act} />
        <span className="config-dim">{t(`${step.thing}_thing`)}</span> <strong>{label(step.label)}</strong>
        {step.touched > 0 ? <Tag className="config-touched">{t('touched', { n: step.touched })}</Tag> : null}
      </div>
      {[...lines, ...step.notes].map((line, n) => <div key={n} className="config-line">{line}</div>)}
    </li>
  );
}

function RecordLine({ step }: { step: RecordStep }) {
  const t = useTexts(configurationTexts);
  const label = useLabel();
  const words = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return t('blank');
    if (Array.isArray(value)) return value.map(String).join(', ');
    if (typeof value === 'string') return value.startsWith('{') || value.startsWith('[') ? '…' : value;
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '…';
  };
  return (
    <li>
      <div><ActTag act={step.act} /> <strong>{label(step.title)}</strong></div>
      {step.fields.map((field, n) => (
        <div key={n} className="config-line">{`${label(field.label)}: ${words(field.old)} → ${words(field.new)}`}</div>
      ))}
    </li>
  );
}
