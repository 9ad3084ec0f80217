import { CheckCircleFilled, CloseCircleFilled, LoadingOutlined } from '@ant-design/icons';
import { Skeleton } from 'antd';
import { Suspense, lazy, useEffect, useEffectEvent, useMemo, useRef } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { formulaCatalogue, useFormulaCheck, type FormulaAnswer, type FormulaPurpose } from '@/api/formulas';
import type { FieldType } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useDebounced } from '@/ui/useDebounced';
import { useIsPhone } from '@/ui/useViewport';
import { ChoicePanel } from './ChoicePanel';
import type { CodeHandle, Mark } from './CodeArea';
import './formula.css';
import { TryPanel } from './TryPanel';
import { formulaTexts } from './texts';
import { rangeOf } from './words';

const CodeArea = lazy(() => import('./CodeArea'));

interface Props {
  id?: string;
  /** What the text is called where it is not simply the formula. */
  title?: string;
  placeholder?: string;
  /** The object whose records it is about. */
  object: string;
  purpose: FormulaPurpose;
  value: string;
  onChange: (text: string) => void;
  /** The type of the field that it is for; `boolean` for a rule. */
  expects?: FieldType;
  /** The field that it is for, if that exists already. */
  field?: string;
  /** The options of a select field that does not exist yet. */
  options?: string[];
  /** Told whenever the server has looked at the text. */
  onChecked?: (answer: FormulaAnswer) => void;
}

const DELAY_MS = 300;
const NO_MARKS: Mark[] = [];

/** Where a formula is written: with completion, faults as one types, things to choose from, and a trial on a record. */
export function FormulaEditor({ id, title, placeholder, object, purpose, value, onChange, expects, field, options, onChecked }: Props) {
  const t = useTexts(formulaTexts);
  const label = useLabel();
  const phone = useIsPhone();
  const client = useQueryClient();
  const code = useRef<CodeHandle>(null);
  const settled = useDebounced(value, DELAY_MS);
  const check = useFormulaCheck({ object, text: settled, expects, purpose, field, options });
  const answer = settled.trim() === '' ? undefined : check.data;
  const told = useEffectEvent((found: FormulaAnswer) => onChecked?.(found));
  useEffect(() => { if (answer) told(answer); }, [answer]);
  const marks = useMemo((): Mark[] => {
    // Faults of an older text would underline the wrong signs.
    if (!answer || settled !== value) return NO_MARKS;
    return answer.errors.map((fault) => ({ ...rangeOf(settled, fault.start, fault.length), message: fault.detail }));
  }, [answer, settled, value]);
  const me = t('me');
  const source = useMemo(() => ({ object, label, me, of: (name: string) => formulaCatalogue(client, name, purpose) }), [object, label, me, client, purpose]);
  const insert = (text: string, back = 0) => { code.current?.insert(text, back); };
  return (
    <div className={phone ? 'formula phone' : 'formula'}>
      <div className="formula-main">
        <div className={marks.length > 0 ? 'formula-frame wrong' : 'formula-frame'}>
          <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 3 }} className="formula-loading" />}>
            <CodeArea id={id} handle={code} label={title ?? t('formula')} placeholder={placeholder ?? t('placeholder')} value={value} onChange={onChange} marks={marks} source={source} />
          </Suspense>
        </div>
        <Verdict answer={answer} waiting={settled !== value || check.isFetching} blank={value.trim() === ''} phone={phone} show={(fault) => { const { from, to } = rangeOf(value, fault.start, fault.length); code.current?.select(from, to); }} />
        {phone ? null : <TryPanel object={object} text={value} ready={Boolean(answer?.valid) && settled === value} />}
      </div>
      <ChoicePanel object={object} purpose={purpose} insert={insert} />
      {phone ? <TryPanel object={object} text={value} ready={Boolean(answer?.valid) && settled === value} /> : null}
    </div>
  );
}

interface VerdictProps {
  answer?: FormulaAnswer;
  waiting: boolean;
  blank: boolean;
  phone: boolean;
  show: (fault: FormulaAnswer['errors'][number]) => void;
}

/** What the server says of the text, in sentences; a fault leads to its place. */
function Verdict({ answer, waiting, blank, phone, show }: VerdictProps) {
  const t = useTexts(formulaTexts);
  if (blank) return <div className="formula-verdict">{t(phone ? 'emptyPhone' : 'empty')}</div>;
  if (waiting && !answer?.errors.length) return <div className="formula-verdict"><LoadingOutlined /> {t('checking')}</div>;
  if (!answer) return <div className="formula-verdict" />;
  if (answer.valid) return <div className="formula-verdict fine" role="status"><CheckCircleFilled /> {t('fine', { kind: t(`kind_${answer.kind ?? 'blank'}`) })}</div>;
  return (
    <ul className="formula-verdict wrong" role="alert">
      {answer.errors.map((fault, index) => (
        <li key={index}>
          <button type="button" onClick={() => { show(fault); }}>
            <CloseCircleFilled /> {fault.detail}
            {fault.line !== null && fault.column !== null ? <small>{t('at', { line: fault.line, column: fault.column })}</small> : null}
          </button>
        </li>
      ))}
    </ul>
  );
}
