import dayjs from 'dayjs';
import { useState } from 'react';
import { isApiError, isStale } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import { createRecord, updateRecord, useDataChanged } from '@/api/records';
import { useSession } from '@/api/session';
import type { FieldMeta, RecordAnswer, SavedRecord, Values } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { changedValues, contradicted, formSections, missingFields, namesOf, startValues } from './formState';
import { formTexts } from './texts';

interface Conflict {
  fields: string[];
  mine: Values;
  theirs: Values;
  version: number;
}

/** The state of one form from its first value to the answer of the server. */
export function useRecordForm(object: ObjectModel, stored: RecordAnswer | undefined, initial: Values, given?: string) {
  const t = useTexts(formTexts);
  const label = useLabel();
  const me = useSession().data?.user;
  const { failed } = useFeedback();
  const changed = useDataChanged();
  const begin = (): Values =>
    stored ? stored.record : startValues(object, initial, me?.id ?? '', dayjs().format('YYYY-MM-DD'));
  const [start, setStart] = useState(begin);
  const [values, setValues] = useState(begin);
  const [names, setNames] = useState<Record<string, string | null>>(() => ({
    ...namesOf(stored?.record),
    ...namesOf(initial as never),
    ...(me && !stored ? { owner_id: me.name } : {}),
  }));
  const [problems, setProblems] = useState<Record<string, string[]>>({});
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<Conflict>();
  const sections = formSections(object, stored?.editable_fields, given);

  const change = (field: FieldMeta, value: unknown, name?: string | null) => {
    setValues((before) => ({ ...before, [field.name]: value }));
    if (name !== undefined) setNames((before) => ({ ...before, [field.name]: name }));
    setProblems((before) => Object.fromEntries(Object.entries(before).filter(([at]) => at !== field.name)));
  };

  const store = async (wanted: Values, version: number | undefined): Promise<SavedRecord | null> => {
    setSaving(true);
    try {
      const saved = stored
        ? await updateRecord(object.name, stored.record.id, wanted, version)
        : await createRecord(object.name, wanted);
      await changed();
      return saved;
    } catch (error) {
      if (isStale(error)) {
        const theirs = error.current ?? {};
        const fields = contradicted(start, wanted, theirs);
        if (fields.length === 0) return await store(wanted, Number(theirs.version));
        setConflict({ fields, mine: wanted, theirs, version: Number(theirs.version) });
      } else if (isApiError(error) && error.status < 500 && error.status !== 0) {
        setProblems(error.byField());
      } else {
        failed(error);
      }
      return null;
    } finally {
      setSaving(false);
    }
  };

  const save = async (): Promise<SavedRecord | null> => {
    const missing = missingFields(sections, values);
    if (missing.length > 0) {
      setProblems(Object.fromEntries(missing.map((f) => [f.name, [t('required', { field: label(f.label) })]])));
      return null;
    }
    const enterable = new Set(sections.flatMap(({ fields }) => fields.map(({ name }) => name)));
    const wanted = changedValues(stored ? start : {}, values);
    const allowed = Object.fromEntries(
      Object.entries(wanted).filter(([name, value]) => (stored ? enterable.has(name) : value !== null && object.field(name)?.access === 'edit')),
    );
    return store(allowed, stored?.version);
  };

  const resolve = async (mine: Set<string>): Promise<SavedRecord | null> => {
    if (!conflict) return null;
    const wanted = Object.fromEntries(
      Object.entries(conflict.mine).filter(([name]) => !conflict.fields.includes(name) || mine.has(name)),
    );
    setConflict(undefined);
    return store(wanted, conflict.version);
  };

  const reset = () => {
    setStart(begin());
    setValues(begin());
    setProblems({});
  };

  return {
    sections, values, names, problems, saving, conflict, change, save, resolve, reset,
    dirty: Object.keys(changedValues(start, values)).length > 0,
    dropConflict: () => { setConflict(undefined); },
  };
}
