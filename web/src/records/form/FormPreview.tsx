import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import type { Values } from '@/api/types';
import { useMeets } from '@/records/useMeets';
import { FormFields } from './FormFields';
import { formSections, namesOf } from './formState';
import './form.css';

interface Props {
  object: ObjectModel;
  /** What the form starts with; nothing of it is stored. */
  values: Values;
  /** The form of a new record; else that of one that is there. */
  fresh: boolean;
}

/** A form to try: it follows what is entered, and cannot be saved. */
export function FormPreview({ object, values: given, fresh }: Props) {
  const [entered, setEntered] = useState<Values>({});
  const decide = useMeets(object);
  const values = { ...given, ...entered };
  const editable = fresh ? undefined : object.fields.map(({ name }) => name);
  const sections = formSections(object, { editable, values, meets: (condition) => decide(condition, values) });
  return (
    <div className="record-form form-preview">
      <FormFields object={object} still sections={sections} values={values} names={namesOf(given as never)} problems={{}} onChange={(field, value) => { setEntered({ ...entered, [field.name]: value }); }} />
    </div>
  );
}
