import { Button, Select } from 'antd';
import { useState } from 'react';
import { RECORD_TYPE } from '@/api/arrangement';
import type { RecordTypeBody } from '@/api/layouts';
import type { ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { OptionTag } from '@/ui/OptionTag';
import { typeTexts } from './texts';

interface Props {
  object: ObjectModel;
  types: RecordTypeBody[];
  saving: boolean;
  onSave: (types: RecordTypeBody[]) => void;
}

/** A field's options against the types: who offers what. All of them are "all", also those that come later. */
export function OptionMatrix({ object, types, saving, onSave }: Props) {
  const t = useTexts(typeTexts);
  const label = useLabel();
  const { warn } = useFeedback();
  const fields = object.fields.filter(({ type, name }) => (type === 'select' || type === 'multi_select') && name !== RECORD_TYPE);
  const [name, setName] = useState(object.stage_field ?? fields[0]?.name);
  const [draft, setDraft] = useState(types);
  const field = fields.find((one) => one.name === name);
  const options = field?.options ?? [];
  const offers = (type: RecordTypeBody) => (field ? type.options?.[field.name] : undefined) ?? options.map(({ value }) => value);
  const set = (type: RecordTypeBody, values: string[]) => {
    if (!field) return;
    if (values.length === 0) {
      warn(t('nothingLeft', { type: label(type.label) }));
      return;
    }
    const whole = values.length === options.length;
    const others = Object.entries(type.options ?? {}).filter(([key]) => key !== field.name);
    const next = Object.fromEntries(whole ? others : [...others, [field.name, options.map(({ value }) => value).filter((value) => values.includes(value))]]);
    setDraft(draft.map((one) => (one.name === type.name ? { ...one, options: Object.keys(next).length > 0 ? next : undefined } : one)));
  };
  if (fields.length === 0) return null;
  const changed = JSON.stringify(draft) !== JSON.stringify(types);
  return (
    <section className="types-matrix" aria-labelledby="types-matrix">
      <h2 id="types-matrix">{t('matrix')}</h2>
      <p className="types-intro">{t('matrixHint')}</p>
      <div className="types-tools">
        <Select aria-label={t('field')} value={name} popupMatchSelectWidth={false} showSearch={{ optionFilterProp: 'label' }} options={fields.map((one) => ({ value: one.name, label: label(one.label) }))} onChange={setName} />
        {changed ? (
          <span className="types-unsaved" role="status">
            {t('unsaved')}
            <Button size="small" onClick={() => { setDraft(types); }}>{t('discard')}</Button>
            <Button size="small" type="primary" loading={saving} onClick={() => { onSave(draft); }}>{t('save')}</Button>
          </span>
        ) : null}
      </div>
      <div className="types-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('option')}</th>
              {draft.map((type) => <th key={type.name} scope="col">{label(type.label)}</th>)}
            </tr>
          </thead>
          <tbody>
            <tr className="types-whole">
              <th scope="row">{t('all')}</th>
              {draft.map((type) => {
                const held = offers(type);
                return (
                  <td key={type.name}>
                    <input
                      type="checkbox"
                      aria-label={t('allOf', { type: label(type.label) })}
                      checked={held.length === options.length}
                      ref={(box) => { if (box) box.indeterminate = held.length < options.length; }}
                      onChange={() => { set(type, options.map(({ value }) => value)); }}
                    />
                  </td>
                );
              })}
            </tr>
            {options.map((option) => (
              <tr key={option.value}>
                <th scope="row"><OptionTag text={label(option.label)} color={option.color} faded={option.active === false} /></th>
                {draft.map((type) => {
                  const held = offers(type);
                  const on = held.includes(option.value);
                  return (
                    <td key={type.name}>
                      <input type="checkbox" aria-label={t('cell', { type: label(type.label), option: label(option.label) })} checked={on} onChange={() => { set(type, on ? held.filter((value) => value !== option.value) : [...held, option.value]); }} />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
