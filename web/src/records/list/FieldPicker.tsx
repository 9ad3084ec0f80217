import { Select } from 'antd';
import { useMemo } from 'react';
import { stepOf, targetOf, useModel, type Model, type ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { filterTexts } from './texts';

type Label = ReturnType<typeof useLabel>;

export interface FieldChoice {
  path: string;
  label: string;
  field: FieldMeta;
}

export interface FieldGroup {
  label: string;
  choices: FieldChoice[];
}

/** All fields of the object and, one step away, those of the records that it looks up to. */
export function fieldGroups(model: Model, object: ObjectModel, label: Label, own: string, usable: (field: FieldMeta) => boolean): FieldGroup[] {
  // What the company named comes first; what the product keeps (id, version, dates) last.
  const place = (field: FieldMeta) => (field.name === object.name_field ? 0 : field.system ? 2 : 1);
  const ordered = object.fields.filter(usable).toSorted((a, b) => place(a) - place(b));
  const groups: FieldGroup[] = [
    { label: own, choices: ordered.map((field) => ({ path: field.name, label: label(field.label), field })) },
  ];
  for (const link of object.fields) {
    const target = targetOf(link);
    const parent = target ? model.object(target) : undefined;
    if (!parent || link.type === 'user' && link.system) continue;
    const choices = parent.fields
      .filter((field) => usable(field) && !field.system)
      .map((field) => ({ path: `${stepOf(link)}.${field.name}`, label: label(field.label), field }));
    if (choices.length > 0) groups.push({ label: label(link.label), choices });
  }
  return groups;
}

/** The words for a path: 客户 › 行业. */
export function pathLabel(model: Model, object: string, path: string, label: Label): string {
  const steps = path.split('.');
  const words: string[] = [];
  for (let n = 0; n < steps.length; n += 1) {
    const prefix = steps.slice(0, n + 1);
    const last = n === steps.length - 1;
    const field = model.fieldAt(object, last ? prefix.join('.') : `${prefix.join('.')}_id`) ?? (last ? undefined : model.fieldAt(object, prefix.join('.')));
    words.push(field ? label(field.label) : (steps[n] ?? ''));
  }
  return words.join(' › ');
}

interface Props {
  object: ObjectModel;
  value: string | undefined;
  onChange: (path: string) => void;
  usable: (field: FieldMeta) => boolean;
  ownOnly?: boolean;
  autoFocus?: boolean;
  /** What it is called; without it a field. */
  label?: string;
}

interface Emptied extends Omit<Props, 'onChange'> {
  allowClear: true;
  onChange: (path: string | undefined) => void;
}

export function FieldPicker({ object, value, onChange, usable, ownOnly, autoFocus, label: called, ...rest }: (Props & { allowClear?: false }) | Emptied) {
  const model = useModel();
  const label = useLabel();
  const t = useTexts(filterTexts);
  const options = useMemo(() => {
    const groups = fieldGroups(model, object, label, t('own'), usable);
    return (ownOnly ? groups.slice(0, 1) : groups).map((group, n) => ({
      label: group.label,
      options: group.choices.map((choice) => ({
        value: choice.path,
        label: n === 0 ? choice.label : `${group.label} › ${choice.label}`,
      })),
    }));
  }, [model, object, label, t, usable, ownOnly]);
  return (
    <Select
      style={{ width: '100%' }}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t('field')}
      aria-label={called ?? t('field')}
      options={options}
      value={value}
      autoFocus={autoFocus}
      popupMatchSelectWidth={280}
      allowClear={rest.allowClear}
      onChange={onChange}
    />
  );
}
