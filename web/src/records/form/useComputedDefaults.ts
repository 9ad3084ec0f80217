import { useEffect, useMemo, useState, type Dispatch, type SetStateAction } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { newDefaults } from '@/api/records';
import type { Values } from '@/api/types';
import { useDebounced } from '@/ui/useDebounced';

const DELAY_MS = 400;

/** Fills in what formulas say of a new record, as far as the person has not; gives what to call when they enter something. */
export function useComputedDefaults(
  object: ObjectModel,
  isNew: boolean,
  values: Values,
  given: string[],
  setValues: Dispatch<SetStateAction<Values>>,
): (name: string) => void {
  const [entered, setEntered] = useState<string[]>(given);
  const open = useMemo(
    () => (isNew ? object.fields.filter((field) => field.computed_default && !entered.includes(field.name)).map(({ name }) => name) : []),
    [object, isNew, entered],
  );
  // What is filled in by itself decides nothing: else each answer would be a new question.
  const asked = useDebounced(JSON.stringify(Object.fromEntries(Object.entries(values).filter(([name, value]) => !open.includes(name) && value !== null))), DELAY_MS);
  useEffect(() => {
    if (open.length === 0) return undefined;
    const leaving = new AbortController();
    newDefaults(object.name, JSON.parse(asked) as Values, leaving.signal).then(
      ({ values: found }) => {
        setValues((before) => ({ ...before, ...Object.fromEntries(open.map((name) => [name, found[name] ?? null])) }));
      },
      // The server fills them in when the record is saved, too.
      () => undefined,
    );
    return () => { leaving.abort(); };
  }, [object.name, asked, open, setValues]);
  return (name) => { setEntered((before) => (before.includes(name) ? before : [...before, name])); };
}
