import { CheckOutlined } from '@ant-design/icons';
import { useEffect, useRef, useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { rowOf } from '@/api/rights';
import type { FieldMeta, Option, RecordAction, RecordAnswer } from '@/api/types';
import { useLabel } from '@/i18n';
import { ActionDialog } from '@/records/actions';
import type { CellEdits } from '@/records/list';
import { outcomeOf } from '@/records/stages';

interface Props {
  object: ObjectModel;
  field: FieldMeta;
  answer: RecordAnswer;
  edits: CellEdits;
  editable: boolean;
}

/** The actions by which a record comes to an end, where its object has them: they ask for reasons, or what it becomes. */
const ENDING = { won: ['win', 'convert'], lost: ['lose', 'cancel'] } as const;

/** The stages in their order, the present one marked; a click moves the record there, or asks how it ended. */
export function StageBar({ object, field, answer, edits, editable }: Props) {
  const label = useLabel();
  const row = rowOf(answer);
  const [asking, setAsking] = useState<RecordAction>();
  const options = (field.options ?? []).filter((option) => option.active !== false || option.value === row[field.name]);
  const present = options.findIndex((option) => option.value === row[field.name]);
  const outcome = outcomeOf(options[present]);
  const actions = new Map((answer.actions ?? []).map((action) => [action.name, action]));
  // What has ended stays so until it is reopened.
  const open = editable && !actions.has('reopen');
  // What is on hold keeps its stage, but may end.
  const resting = actions.has('resume');
  const bar = useRef<HTMLOListElement>(null);
  // On a phone the bar is wider than the window: where the record stands must be in sight.
  useEffect(() => {
    const box = bar.current;
    const step = box?.children[present];
    if (box && step instanceof HTMLElement) box.scrollLeft = step.offsetLeft - box.offsetLeft - (box.clientWidth - step.clientWidth) / 2;
  }, [present]);
  const go = (option: Option) => {
    const end = outcomeOf(option);
    const ending = end === 'open' ? undefined : ENDING[end].find((name) => actions.has(name));
    if (ending) setAsking(actions.get(ending));
    else void edits.save(row, field, option.value, undefined);
  };
  return (
    <>
      <ol ref={bar} className={`stage-bar ${outcome}`} aria-label={label(field.label)}>
        {options.map((option, place) => {
          const end = outcomeOf(option);
          const passed = end === 'open' && (outcome === 'won' || (outcome === 'open' && place < present));
          const current = place === present;
          const name = ['stage-step', end, passed ? 'passed' : '', current ? 'current' : ''].filter(Boolean).join(' ');
          return (
            <li key={option.value} className={name} aria-current={current ? 'step' : undefined}>
              <button type="button" disabled={!open || current || (resting && end === 'open')} onClick={() => { go(option); }}>
                {passed ? <CheckOutlined aria-hidden /> : null}
                <span>{label(option.label)}</span>
              </button>
            </li>
          );
        })}
      </ol>
      <ActionDialog object={object.name} action={asking} ids={[answer.record.id]} onClose={() => { setAsking(undefined); }} />
    </>
  );
}
