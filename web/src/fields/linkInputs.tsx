import { Select, Space } from 'antd';
import { useState } from 'react';
import { useStranger, type Proposal } from '@/api/lookup';
import { targetOf, useModel } from '@/api/metadata';
import { givenTo } from '@/api/proposed';
import { useLabel, useTexts } from '@/i18n';
import { BeyondTag } from '@/ui/BeyondTag';
import { LookupPicker } from './LookupPicker';
import { dimensionOf, NodePicker } from './NodePicker';
import { fieldTexts } from './texts';
import type { InputProps } from './types';

export function LinkInput(props: InputProps) {
  const id = typeof props.value === 'string' && props.value !== '' ? props.value : undefined;
  const target = targetOf(props.field) ?? '';
  const proposal = props.field.proposed && props.record ? { field: props.field.proposed.field, given: givenTo(props.field, props.record) } : undefined;
  const dimension = dimensionOf(props.field);
  if (dimension !== undefined) {
    return (
      <NodePicker
        id={props.id}
        dimension={dimension}
        value={id === undefined ? [] : [id]}
        disabled={props.disabled}
        autoFocus={props.autoFocus}
        allowClear={!props.field.required}
        size={props.size}
        status={props.status}
        onChange={(ids, names) => { props.onChange(ids[0] ?? null, names[0] ?? null); }}
      />
    );
  }
  const picker = (
    <LookupPicker
      id={props.id}
      object={target}
      proposal={proposal}
      value={id === undefined ? [] : [id]}
      names={id !== undefined && props.name ? { [id]: props.name } : undefined}
      disabled={props.disabled}
      autoFocus={props.autoFocus}
      openAtOnce={props.place === 'cell'}
      allowClear={!props.field.required}
      size={props.size}
      status={props.status}
      onChange={(ids, rows) => { props.onChange(ids[0] ?? null, rows[0]?.name ?? null); }}
    />
  );
  return proposal && props.place === 'form' ? <>{picker}<Held object={target} id={id} proposal={proposal} /></> : picker;
}

/** Says of the record that the form holds what its page says once it is saved: that it is none of those which are meant in the first place. */
function Held({ object, id, proposal }: { object: string; id: string | undefined; proposal: Omit<Proposal, 'all'> }) {
  const t = useTexts(fieldTexts);
  const beyond = useStranger(object, id, proposal).data ?? null;
  // A phone has no pointer to rest on the mark: here there is room to say what it means.
  return beyond === null ? null : <div className="input-beyond"><BeyondTag mark={beyond} title={t('beyondHint')} />{beyond ? <small>{t('beyondHint')}</small> : null}</div>;
}

interface Pointer {
  object: string;
  id: string;
}

/** First the kind of record, then the record. */
export function PolymorphicInput(props: InputProps) {
  const model = useModel();
  const label = useLabel();
  const value = typeof props.value === 'object' && props.value !== null ? (props.value as Pointer) : null;
  const targets = (props.field.targets ?? []).filter((name) => model.object(name));
  const [chosen, setChosen] = useState<string>();
  const kind = value?.object ?? chosen ?? targets[0] ?? '';
  return (
    <Space.Compact block>
      <Select
        style={{ width: 112, flex: 'none' }}
        size={props.size}
        disabled={props.disabled}
        popupMatchSelectWidth={false}
        options={targets.map((name) => ({ value: name, label: label(model.object(name)?.label) }))}
        value={kind || undefined}
        onChange={(object: string) => {
          setChosen(object);
          if (value && value.object !== object) props.onChange(null, null);
        }}
      />
      <LookupPicker
        key={kind}
        id={props.id}
        object={kind}
        value={value ? [value.id] : []}
        names={value && props.name ? { [value.id]: props.name } : undefined}
        disabled={props.disabled}
        autoFocus={props.autoFocus}
        allowClear
        size={props.size}
        status={props.status}
        onChange={(ids, rows) => { props.onChange(ids[0] === undefined ? null : { object: kind, id: ids[0] }, rows[0]?.name ?? null); }}
      />
    </Space.Compact>
  );
}
