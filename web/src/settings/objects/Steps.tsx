import { Alert } from 'antd';
import { Link } from 'react-router';
import type { DefinitionProblem, DefinitionStep, DefinitionUse } from '@/api/definitions';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { objectsTexts } from './texts';
import { useUseWords } from './useWords';

/** What is in the way, each with records that show it. */
export function Problems({ problems }: { problems: DefinitionProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <Alert
      type="error"
      showIcon
      className="objects-alert"
      title={
        <ul className="plain-list">
          {problems.map((problem, index) => (
            <li key={index}>
              {problem.detail}
              <Samples params={problem.params} />
            </li>
          ))}
        </ul>
      }
    />
  );
}

interface Sample { object: string; id: string; name: string; value?: string }

function Samples({ params }: { params: Record<string, unknown> }) {
  const records = Array.isArray(params.records) ? (params.records as Sample[]) : [];
  if (records.length === 0) return null;
  return (
    <ul className="plain-list samples">
      {records.map(({ object, id, name, value }) => (
        <li key={id}>
          <Link to={`/o/${object}/${id}`} target="_blank">{name || id}</Link>
          {value ? <span>{value}</span> : null}
        </li>
      ))}
    </ul>
  );
}

/** What a change does beyond what was asked for: sentences to think about before. */
export function Notes({ steps }: { steps: DefinitionStep[] }) {
  const notes = steps.flatMap((step) => step.notes);
  if (notes.length === 0) return null;
  return <Alert type={steps.some(({ risky }) => risky) ? 'warning' : 'info'} showIcon className="objects-alert" title={<ul className="plain-list">{notes.map((note, n) => <li key={n}>{note}</li>)}</ul>} />;
}

/** Every place of use, with the way there. */
export function Uses({ uses, title }: { uses: DefinitionUse[]; title?: string }) {
  const t = useTexts(objectsTexts);
  const format = useFormat();
  const words = useUseWords();
  if (uses.length === 0) return null;
  // One place may use a thing in several ways of the same kind.
  const shown = new Map(uses.map((use) => [words(use).text, use]));
  return (
    <div className="uses">
      {title ? <div className="uses-title">{title} · {format.number(shown.size)}</div> : null}
      <ul className="plain-list">
        {[...shown].map(([text, use]) => (
          <li key={text}>
            <Link to={words(use).to} target="_blank">{text}</Link>
            {use.blocks && !use.removable ? <em>{t('fixed')}</em> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The names of what is added, changed and removed, in a line each. */
export function StepList({ steps }: { steps: DefinitionStep[] }) {
  const t = useTexts(objectsTexts);
  const label = useLabel();
  return (
    <ul className="plain-list steps">
      {steps.map((step) => (
        <li key={`${step.thing} ${step.name}`} className={step.act}>
          <strong>{t(`act_${step.act}`)} {t(`thing_${step.thing}`)} {label(step.label)}</strong>
          {step.lines.slice(1).map((line) => <span key={line}>{line}</span>)}
        </li>
      ))}
    </ul>
  );
}
