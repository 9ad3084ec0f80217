import { CheckOutlined } from '@ant-design/icons';
import { useEffect, useRef } from 'react';
import type { CellEdits } from '@/records/list';
import type { FieldMeta, Row } from '@/api/types';
import { useLabel } from '@/i18n';

interface Props {
  field: FieldMeta;
  row: Row;
  edits: CellEdits;
  editable: boolean;
}

const outcomeOf = (attributes: Record<string, unknown> | undefined): string => String(attributes?.outcome ?? 'open');

/** The stages in their order, the present one marked; a click moves the record there. */
export function StageBar({ field, row, edits, editable }: Props) {
  const label = useLabel();
  const options = (field.options ?? []).filter((option) => option.active !== false || option.value === row[field.name]);
  const present = options.findIndex((option) => option.value === row[field.name]);
  const outcome = outcomeOf(options[present]?.attributes);
  const bar = useRef<HTMLOListElement>(null);
  // On a phone the bar is wider than the window: where the record stands must be in sight.
  useEffect(() => {
    const box = bar.current;
    const step = box?.children[present];
    if (box && step instanceof HTMLElement) box.scrollLeft = step.offsetLeft - box.offsetLeft - (box.clientWidth - step.clientWidth) / 2;
  }, [present]);
  return (
    <ol ref={bar} className={`stage-bar ${outcome}`} aria-label={label(field.label)}>
      {options.map((option, place) => {
        const end = outcomeOf(option.attributes);
        const passed = end === 'open' && (outcome === 'won' || (outcome === 'open' && place < present));
        const current = place === present;
        const name = ['stage-step', end, passed ? 'passed' : '', current ? 'current' : ''].filter(Boolean).join(' ');
        return (
          <li key={option.value} className={name} aria-current={current ? 'step' : undefined}>
            <button
              type="button"
              disabled={!editable || current}
              onClick={() => void edits.save(row, field, option.value, undefined)}
            >
              {passed ? <CheckOutlined aria-hidden /> : null}
              <span>{label(option.label)}</span>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
