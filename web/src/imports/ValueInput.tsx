import { AutoComplete, Input, Select } from 'antd';
import { useState } from 'react';
import { useLookup } from '@/api/lookup';
import { isLink, targetOf, useModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useDebounced } from '@/ui/useDebounced';
import { optionsOf } from './choices';
import { mapTexts } from './mapTexts';
import type { ColumnPlan } from './plan';

interface Props {
  field: FieldMeta;
  plan: ColumnPlan;
  /** What stands in the file. */
  text: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** What a text of the file means: one of the field's options, the name of a record, or another text. */
export function ValueInput({ field, plan, text, value, onChange }: Props) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const model = useModel();
  const options = optionsOf(field);
  const named = `${t('becomes')}: ${text}`;
  if (options) {
    return (
      <Select
        aria-label={named}
        placeholder={t('chooseValue')}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={value}
        options={[...options.map((option) => ({ value: option.value, label: label(option.label) })), { value: '', label: t('asBlank') }]}
        onChange={(next?: string) => { onChange(next); }}
      />
    );
  }
  const target = model.object(targetOf(field) ?? plan.object ?? '');
  if (isLink(field) && target && (plan.by ?? target.name_field) === target.name_field) {
    return <NameInput object={target.name} label={named} value={value} onChange={onChange} />;
  }
  return <Input aria-label={named} placeholder={t('typeValue')} value={value ?? ''} onChange={(event) => { onChange(event.target.value); }} />;
}

function NameInput({ object, label, value, onChange }: { object: string; label: string; value: string | undefined; onChange: (value: string) => void }) {
  const t = useTexts(mapTexts);
  const [open, setOpen] = useState(false);
  const settled = useDebounced(value ?? '');
  const found = useLookup(object, settled, open);
  const names = [...new Set((found.data?.rows ?? []).map((row) => row.name ?? ''))].filter(Boolean);
  return (
    <AutoComplete
      aria-label={label}
      placeholder={t('typeValue')}
      value={value ?? ''}
      options={names.map((name) => ({ value: name }))}
      // Names that come when the box has been left already must not drop down over what is worked on by then.
      open={open}
      onOpenChange={setOpen}
      onBlur={() => { setOpen(false); }}
      popupMatchSelectWidth={240}
      onChange={(text: string) => { onChange(text); }}
    />
  );
}
