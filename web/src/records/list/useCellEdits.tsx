import { useRef, useState, type ReactNode } from 'react';
import { layoutOf, markedIn } from '@/api/arrangement';
import { isStale } from '@/api/errors';
import { updateRecord, useDataChanged } from '@/api/records';
import { namePath, type ObjectModel } from '@/api/metadata';
import { may, neededFor } from '@/api/rights';
import type { FieldMeta, Row, SavedRecord, Values } from '@/api/types';
import { followersOf, isBlank } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { useMissing } from '@/records/stages';
import { useFeedback } from '@/ui/feedback';
import { ConflictDialog } from './ConflictDialog';
import { listTexts } from './texts';
import { specialOf } from './viewWidgets';

export interface CellEdits {
  canEdit: (row: Row, field: FieldMeta, path: string) => boolean;
  /** Stores a new value; resolves to the version that has it, to REFUSED, or to null when the person let the other value stand. */
  save: (row: Row, field: FieldMeta, value: unknown, name: string | null | undefined) => Promise<number | typeof REFUSED | null>;
  dialog: ReactNode;
}

/** The server said no, and the person has been told why: what they typed is still theirs to mend. */
export const REFUSED = 'refused';

interface Conflict {
  field: FieldMeta;
  mine: Values;
  theirs: Values;
  resolve: (useMine: boolean) => void;
}

/** Types whose input needs more room than a cell has; they are edited in the form. */
const ROOMY = new Set<FieldMeta['type']>(['rich_text', 'address', 'location', 'file', 'image', 'polymorphic', 'auto_number']);

/** Editing in the table: saves with the version that was seen, shows both values on a conflict, offers to undo. */
export function useCellEdits(object: ObjectModel): CellEdits {
  const t = useTexts(listTexts);
  const label = useLabel();
  const { done, failed, warn } = useFeedback();
  const changed = useDataChanged();
  const missing = useMissing(object);
  const [conflict, setConflict] = useState<Conflict>();
  // Two edits of one row may come faster than the list is read again: the second starts from what the first made.
  const versions = useRef(new Map<string, number>());
  const known = (id: string, version: number) => Math.max(version, versions.current.get(id) ?? 0);

  const store = async (id: string, values: Values, version: number): Promise<SavedRecord> => {
    const saved = await updateRecord(object.name, id, values, version);
    versions.current.set(id, saved.version);
    await changed();
    return saved;
  };

  const ask = (field: FieldMeta, mine: Values, theirs: Values) =>
    new Promise<boolean>((answer) => {
      setConflict({ field, mine, theirs, resolve: (useMine) => { setConflict(undefined); answer(useMine); } });
    });

  const takeBack = async (id: string, old: Values, version: number) => {
    try {
      await store(id, old, version);
    } catch (error) {
      failed(error);
    }
  };

  const save: CellEdits['save'] = async (row, field, value, name) => {
    const told = ({ version, record }: SavedRecord) => {
      // What depended on the old value is gone with it, and comes back with it.
      const gone = followersOf(object, field.name).filter((f) => !isBlank(row[f.name]) && f.name in record && JSON.stringify(record[f.name]) !== JSON.stringify(row[f.name]));
      const old = Object.fromEntries([field, ...gone].map((f) => [f.name, row[f.name] ?? null]));
      const names = gone.map((f) => label(f.label)).join(t('comma'));
      done(t(gone.length > 0 ? 'cellSavedCleared' : 'cellSaved', { field: label(field.label), names }), () => void takeBack(row.id, old, version));
      return version;
    };
    if (isBlank(value) && markedIn(layoutOf(object, row), 'required', field.name)) {
      warn(t('cellNeeded', { field: label(field.label) }));
      return REFUSED;
    }
    try {
      return told(await store(row.id, { [field.name]: value }, known(row.id, row.version)));
    } catch (error) {
      if (!isStale(error)) {
        const mended = await missing(error, row, String(value), (more) => store(row.id, { ...more, [field.name]: value }, known(row.id, row.version)));
        if (mended.saved) return told(mended.saved);
        if (!mended.asked) failed(error);
        return REFUSED;
      }
      const theirs = error.current ?? {};
      const useMine = await ask(field, { ...row, [field.name]: value, [namePath(field.name)]: name }, theirs);
      if (!useMine) {
        await changed();
        return null;
      }
      try {
        return told(await store(row.id, { [field.name]: value }, Number(theirs.version)));
      } catch (again) {
        failed(again);
        return REFUSED;
      }
    }
  };

  return {
    canEdit: (row, field, path) =>
      !path.includes('.') && neededFor(object, field).every((action) => may(row, action)) && field.access === 'edit' && !field.system && field.name !== object.name_field && !ROOMY.has(field.type) && !specialOf(object, field)?.roomy && !markedIn(layoutOf(object, row), 'read_only', field.name),
    save,
    dialog: conflict ? <ConflictDialog {...conflict} /> : null,
  };
}
