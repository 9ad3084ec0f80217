import { EditOutlined } from '@ant-design/icons';
import { useRef, useState, type KeyboardEvent } from 'react';
import { layoutOf, markedIn, offered } from '@/api/arrangement';
import { namePath, type ObjectModel } from '@/api/metadata';
import type { FieldMeta, Row } from '@/api/types';
import { FIELD_WIDGETS, isBlank, offeredField, waitsFor } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { listTexts } from './texts';
import { REFUSED, type CellEdits } from './useCellEdits';
import { widgetOf } from './viewWidgets';
import './cell.css';

interface Props {
  object: ObjectModel;
  field: FieldMeta;
  path: string;
  value: unknown;
  row: Row;
  /** Without it the cell only shows. */
  edits?: CellEdits;
}

/** Types whose value is complete with one choice: choosing saves. The others save by Enter or on leaving. */
const CHOSEN = new Set<FieldMeta['type']>(['select', 'boolean', 'date', 'lookup', 'master_detail', 'user', 'department']);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The field as it is entered in this record: the options of its type, a value where the layout demands one. */
function entered(object: ObjectModel, field: FieldMeta, row: Row): FieldMeta {
  const shown = offered(object, field, row);
  return markedIn(layoutOf(object, row), 'required', field.name) ? { ...shown, required: true } : shown;
}

interface Draft {
  value: unknown;
  name?: string | null;
  /** Come back from the server while the person was busy elsewhere: it must not take the focus from there. */
  quiet?: boolean;
}

export function EditableCell({ object, field, path, value, row, edits }: Props) {
  const t = useTexts(listTexts);
  const label = useLabel();
  const [draft, setDraft] = useState<Draft>();
  const [pending, setPending] = useState<Draft & { version: number }>();
  const committed = useRef(false);
  // A column of another object (a dotted path) is only shown, as its type is.
  const { Cell, Input } = path.includes('.') ? FIELD_WIDGETS[field.type] : widgetOf(object, field);
  const editable = edits?.canEdit(row, field, path) ?? false;

  // What was just saved stays on screen until the list that was read again has it.
  const waiting = pending !== undefined && pending.version > row.version;
  const shownRow = waiting ? { ...row, [path]: pending.value, [namePath(path)]: pending.name } : row;
  const shown = waiting ? pending.value : value;

  const before = waitsFor(object, field, row);

  const begin = () => {
    committed.current = false;
    setDraft({ value: shown, name: shownRow[namePath(path)] as string | null });
  };
  const commit = async (given: Draft) => {
    if (committed.current) return;
    committed.current = true;
    setDraft(undefined);
    if (!edits || same(given.value, shown)) return;
    setPending({ ...given, version: Number.MAX_SAFE_INTEGER });
    const version = await edits.save(row, field, given.value, given.name);
    setPending(typeof version === 'number' ? { ...given, version } : undefined);
    if (version === REFUSED && !CHOSEN.has(field.type)) {
      committed.current = false;
      setDraft({ ...given, quiet: document.activeElement !== document.body });
    }
  };
  const cancel = () => {
    committed.current = true;
    setDraft(undefined);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      cancel();
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing && !CHOSEN.has(field.type) && draft && !(field.type === 'long_text' && event.shiftKey)) {
      event.preventDefault();
      void commit(draft);
    }
  };

  if (draft) {
    return (
      <div
        className="cell-input"
        onKeyDown={onKey}
        onBlur={(event) => {
          // A pop-up of the input (calendar, options) is drawn elsewhere in the page but is still the input.
          const to = event.relatedTarget;
          if (event.currentTarget.contains(to) || to?.closest('.ant-select-dropdown, .ant-picker-dropdown')) return;
          if (CHOSEN.has(field.type)) cancel();
          else void commit(draft);
        }}
      >
        <Input
          field={offeredField(object, entered(object, field, row), { ...row, [path]: shown })}
          placeholder={before ? t('chooseFirst', { field: label(before.label) }) : undefined}
          value={draft.value}
          record={field.proposed ? row : undefined}
          name={draft.name}
          autoFocus={!draft.quiet}
          size="small"
          place="cell"
          onChange={(next, name) => {
            const given = { value: next, name };
            setDraft(given);
            if (CHOSEN.has(field.type)) void commit(given);
          }}
        />
      </div>
    );
  }
  return (
    <div className={editable ? 'cell editable' : 'cell'} onDoubleClick={editable ? begin : undefined}>
      <div className="cell-value">{isBlank(shown) ? null : <Cell field={field} value={shown} row={shownRow} path={path} />}</div>
      {editable ? (
        <button type="button" className="cell-pencil" aria-label={t('editCell', { field: label(field.label) })} onClick={begin}>
          <EditOutlined />
        </button>
      ) : null}
    </div>
  );
}
