import { Select } from 'antd';
import type { ImportColumn } from '@/api/imports';
import { targetOf, useModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { DATE_FORMS, dateForm, fittingForms, isAmbiguous, PLAIN, readDate, readPlain } from './dates';
import { mapTexts } from './mapTexts';
import { NUMBER_FORMS } from './numbers';
import { namingFields, type Blank, type ColumnPlan } from './plan';

export interface ChoiceProps {
  column: ImportColumn;
  plan: ColumnPlan;
  onChange: (plan: ColumnPlan) => void;
}

/** Which field of the other object the cells hold, and which object where the field leads to several. */
export function LinkChoice({ column, plan, onChange, field }: ChoiceProps & { field: FieldMeta }) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const model = useModel();
  const target = model.object(targetOf(field) ?? plan.object ?? '');
  return (
    <>
      {field.type === 'polymorphic' ? (
        <Select
          aria-label={t('target')}
          placeholder={t('target')}
          value={plan.object}
          options={(field.targets ?? []).map((name) => ({ value: name, label: label(model.object(name)?.label) || name }))}
          onChange={(name: string) => { onChange({ ...plan, object: name, by: model.object(name)?.name_field }); }}
        />
      ) : null}
      {target ? (
        <Select
          aria-label={t('byOf', { column: column.name })}
          prefix={<span className="map-prefix">{t('by')}</span>}
          value={plan.by ?? target.name_field}
          options={namingFields(target).map((one) => ({ value: one.name, label: one.name === 'id' ? t('byId') : label(one.label) }))}
          onChange={(by: string) => { onChange({ ...plan, by }); }}
        />
      ) : null}
    </>
  );
}

const CENTURIES = [2000, 1900, 1950];
const LETTERS = { y: 'YYYY', m: 'MM', d: 'DD' } as const;

/** How dates are written; each choice shows what it makes of a sample. */
export function DateChoice({ column, plan, onChange }: ChoiceProps) {
  const t = useTexts(mapTexts);
  const format = useFormat();
  const samples = column.samples;
  const first = samples[0];
  const fitting = fittingForms(samples);
  const plainFits = samples.every((sample) => readPlain(sample) !== null);
  const nothingFits = samples.length > 0 && fitting.length === 0 && !plainFits;
  const chosen = plan.dates === undefined ? undefined : dateForm(plan.dates);
  const forms = fitting.length > 0 ? fitting : plainFits && first !== undefined ? [] : DATE_FORMS;
  const example = (iso: string | null | undefined) => (first !== undefined && iso ? t('reads', { text: first, date: format.date(iso) }) : '');
  const options = [
    ...(plainFits || nothingFits ? [{ value: PLAIN, label: t('plainDate'), example: example(first === undefined ? null : readPlain(first)) }] : []),
    ...forms.map((form) => ({
      value: form.key,
      label: [...form.order].map((part) => (part === 'y' && form.short ? 'YY' : LETTERS[part as 'y'])).join(form.separator),
      example: example(first === undefined ? null : readDate(first, form, plan.century)),
    })),
  ];
  const shown = options.find((option) => option.value === plan.dates)?.example;
  return (
    <>
      <Select
        aria-label={t('datesOf', { column: column.name })}
        placeholder={t('chooseDate')}
        status={plan.dates === undefined ? 'error' : undefined}
        popupMatchSelectWidth={280}
        value={plan.dates}
        options={options}
        optionRender={({ data }) => <div className="lookup-option"><div>{data.label}</div>{data.example ? <div className="lookup-detail">{data.example}</div> : null}</div>}
        onChange={(dates: string) => { onChange({ ...plan, dates }); }}
      />
      {chosen?.short ? (
        <Select
          aria-label={t('century')}
          prefix={<span className="map-prefix">{t('century')}</span>}
          value={plan.century ?? 2000}
          options={CENTURIES.map((year) => ({ value: year, label: `${String(year)}–${String(year + 99)}` }))}
          onChange={(century: number) => { onChange({ ...plan, century }); }}
        />
      ) : null}
      {nothingFits ? <div className="map-note warn">{t('noDate')}</div> : shown ? <div className="map-note">{shown}{isAmbiguous(samples) ? <b> · {t('ambiguous')}</b> : null}</div> : null}
    </>
  );
}

export function NumberChoice({ column, plan, onChange }: ChoiceProps) {
  const t = useTexts(mapTexts);
  return (
    <Select
      aria-label={t('numbersOf', { column: column.name })}
      prefix={<span className="map-prefix">{t('numbers')}</span>}
      value={plan.numbers ?? 'plain'}
      options={NUMBER_FORMS.map((form) => ({ value: form.key, label: form.example }))}
      onChange={(numbers: string) => { onChange({ ...plan, numbers }); }}
    />
  );
}

const BLANKS: Blank[] = ['allow', 'clear', 'reject', 'skip'];

export function BlankChoice({ column, plan, onChange }: ChoiceProps) {
  const t = useTexts(mapTexts);
  return (
    <label className="map-blank">
      <span>{t('blank')}</span>
      <Select
        aria-label={t('blankOf', { column: column.name })}
        value={plan.blank}
        popupMatchSelectWidth={260}
        options={BLANKS.map((blank) => ({ value: blank, label: t(blank) }))}
        onChange={(blank: Blank) => { onChange({ ...plan, blank }); }}
      />
    </label>
  );
}
