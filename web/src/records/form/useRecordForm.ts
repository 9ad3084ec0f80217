import dayjs from 'dayjs';
import { useState } from 'react';
import type { BatchBody } from '@/api/batch';
import { RECORD_TYPE } from '@/api/arrangement';
import type { Hit } from '@/api/duplicates';
import { isApiError, isStale, type ApiError } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import type { FilledIn } from '@/api/registries';
import { createRecord, updateRecord, useDataChanged } from '@/api/records';
import { useSession } from '@/api/session';
import type { FieldMeta, FilterJson, RecordAnswer, SavedRecord, Values } from '@/api/types';
import { followed } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import type { Refusal } from '@/records/duplicates';
import { demandedBy, useStageRules } from '@/records/stages';
import { useMeets } from '@/records/useMeets';
import { useFeedback } from '@/ui/feedback';
import { useComputedDefaults } from './useComputedDefaults';
import { changedValues, contradicted, enteredFields, formSections, leftOut, missingFields, namesOf, startValues } from './formState';
import { formTexts } from './texts';

interface Conflict {
  fields: string[];
  mine: Values;
  theirs: Values;
  version: number;
}

/** Saving was refused for a duplicate alone: then the form shows that, and may offer to go on. */
function refusalOf(error: ApiError): Refusal | undefined {
  const found = error.problems.find(({ code }) => code.startsWith('duplicate.'));
  if (!found || error.problems.length > 1) return undefined;
  return { blocked: found.code.startsWith('duplicate.blocked'), detail: found.detail, hits: (found.params?.hits as Hit[] | undefined) ?? [] };
}

/** The state of one form from its first value to the answer of the server. */
export function useRecordForm(object: ObjectModel, stored: RecordAnswer | undefined, initial: Values, given?: string) {
  const t = useTexts(formTexts);
  const label = useLabel();
  const me = useSession().data?.user;
  const { failed } = useFeedback();
  const changed = useDataChanged();
  const fresh = (given: Values) => startValues(object, given, me?.id ?? '', dayjs().format('YYYY-MM-DD'));
  const begin = (): Values => (stored ? stored.record : fresh(initial));
  const [start, setStart] = useState(begin);
  const [values, setValues] = useState(begin);
  const [names, setNames] = useState<Record<string, string | null>>(() => ({
    ...namesOf(stored?.record),
    ...namesOf(initial as never),
    ...(me && !stored ? { owner_id: me.name } : {}),
  }));
  const [problems, setProblems] = useState<Record<string, string[]>>({});
  const [cleared, setCleared] = useState<Record<string, FieldMeta | undefined>>({});
  const [filled, setFilled] = useState<Record<string, string | undefined>>({});
  const [saving, setSaving] = useState(false);
  const [duplicate, setDuplicate] = useState<Refusal>();
  const [conflict, setConflict] = useState<Conflict>();
  const decide = useMeets(object);
  const meets = (condition: FilterJson) => decide(condition, values);
  const stages = useStageRules(object);
  const demanded = demandedBy(stages, object, values, stored?.record);
  const sections = formSections(object, { editable: stored?.editable_fields, given, values, demanded, meets });
  const enter = useComputedDefaults(object, stored === undefined, values, Object.keys(initial), setValues);

  const change = (field: FieldMeta, value: unknown, name?: string | null) => {
    enter(field.name);
    const gone = followed(object, field.name, { ...values, [field.name]: value });
    setCleared((before) => ({ ...before, [field.name]: undefined, ...Object.fromEntries(Object.keys(gone).map((one) => [one, field])) }));
    if (field.name === RECORD_TYPE && !stored) {
      // Another type starts with other values; what the person has entered stays.
      const other = fresh({ ...initial, [RECORD_TYPE]: value });
      setStart(other);
      setValues((before) => ({ ...other, ...changedValues(start, before), [RECORD_TYPE]: value, ...gone }));
    } else setValues((before) => ({ ...before, [field.name]: value, ...gone }));
    setFilled((before) => Object.fromEntries(Object.entries(before).filter(([at]) => at !== field.name)));
    if (name !== undefined) setNames((before) => ({ ...before, [field.name]: name }));
    setProblems((before) => Object.fromEntries(Object.entries(before).filter(([at]) => at !== field.name)));
  };

  /** Takes over what a registry says of a company: before it is saved, so that the checks of saving see it. */
  const fill = (found: FilledIn) => {
    const told = Object.fromEntries(found.notes.flatMap(({ field, detail }) => (field ? [[field, detail]] : [])));
    for (const name of Object.keys(found.values)) enter(name);
    // What stood there and no longer goes with what was filled in gives way, as when that is chosen by hand.
    const unfit = (held: Values) =>
      Object.keys(found.values).reduce<Values>((gone, name) => ({ ...gone, ...followed(object, name, { ...held, ...found.values, ...gone }) }), {});
    const deciding = (name: string) => object.field(object.field(name)?.controlled_by ?? '');
    setCleared((before) => ({ ...before, ...Object.fromEntries(Object.keys(unfit(values)).map((name) => [name, deciding(name)])) }));
    setValues((before) => ({ ...before, ...found.values, ...unfit(before) }));
    setProblems((before) => Object.fromEntries(Object.entries(before).filter(([at]) => !(at in found.values))));
    setFilled({ ...Object.fromEntries(Object.keys(found.values).map((name) => [name, ''])), ...told });
  };

  const store = async (wanted: Values, version: number | undefined, accepted: string[] = []): Promise<SavedRecord | null> => {
    setSaving(true);
    setDuplicate(undefined);
    try {
      const saved = stored
        ? await updateRecord(object.name, stored.record.id, wanted, version, accepted)
        : await createRecord(object.name, wanted, accepted);
      await changed();
      return saved;
    } catch (error) {
      if (isStale(error)) {
        const theirs = error.current ?? {};
        const fields = contradicted(start, wanted, theirs);
        if (fields.length === 0) return await store(wanted, Number(theirs.version), accepted);
        setConflict({ fields, mine: wanted, theirs, version: Number(theirs.version) });
      } else if (isApiError(error) && error.status < 500 && error.status !== 0) {
        const refusal = refusalOf(error);
        setDuplicate(refusal);
        setProblems(refusal ? {} : error.byField());
      } else {
        failed(error);
      }
      return null;
    } finally {
      setSaving(false);
    }
  };

  /** What saving would write; null, and the form says why, while something is missing. */
  const collect = (): Values | null => {
    const missing = missingFields(sections, values);
    if (missing.length > 0) {
      setProblems(Object.fromEntries(missing.map((f) => [f.name, [t('required', { field: label(f.label) })]])));
      return null;
    }
    const enterable = new Set(enteredFields(sections).map(({ name }) => name));
    const unseen = leftOut(object, values, meets);
    const wanted = changedValues(stored ? start : {}, values);
    const sent = ([name, value]: [string, unknown]) =>
      stored ? enterable.has(name) : value !== null && object.field(name)?.access === 'edit' && (name in initial || !unseen.has(name));
    return Object.fromEntries(Object.entries(wanted).filter(sent));
  };

  const save = async (accepted: string[] = []): Promise<SavedRecord | null> => {
    const wanted = collect();
    return wanted && store(wanted, stored?.version, accepted);
  };

  /** The same as a batch, to be tried before it is saved. */
  const batch = (): BatchBody | null => {
    const wanted = collect();
    if (!wanted) return null;
    if (!stored) return { object: object.name, action: 'create', rows: [{ values: wanted }] };
    return { object: object.name, action: 'update', rows: [{ id: stored.record.id, values: wanted }] };
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
    setCleared({});
    setFilled({});
    setDuplicate(undefined);
  };

  return {
    sections, values, names, problems, cleared, filled, saving, conflict, duplicate, change, fill, save, batch, resolve, reset,
    dirty: Object.keys(changedValues(start, values)).length > 0,
    dropConflict: () => { setConflict(undefined); },
  };
}
