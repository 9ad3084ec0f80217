import { Alert, Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTryRule } from '@/api/duplicates';
import { isApiError } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import { LookupPicker } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { HitList } from '@/records/duplicates';
import { drafts, type DuplicateRule } from './rules';
import { duplicateTexts } from './texts';

/** What the rule would find, for a record or for typed values, before it is saved. */
export function TryRule({ rule, object }: { rule: DuplicateRule; object: ObjectModel }) {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const look = useTryRule();
  const [way, setWay] = useState<'values' | 'record'>('values');
  const [values, setValues] = useState<Record<string, string>>({});
  const [record, setRecord] = useState<string>();
  const conditions = drafts(rule);
  const fields = [...new Set(conditions.map(({ field_name }) => field_name))].map((name) => object.field(name)).filter((field) => field !== undefined);
  if (conditions.length === 0) return null;
  const ready = way === 'record' ? record !== undefined : fields.some(({ name }) => values[name]);
  const ask = () => { look.mutate({ object: object.name, conditions, ...(way === 'record' ? { id: record } : { values }) }); };
  return (
    <section className="duplicate-try" aria-label={t('try')}>
      <strong>{t('try')}</strong>
      <p className="duplicate-note">{t('tryHint')}</p>
      <Segmented<'values' | 'record'> size="small" value={way} options={[{ value: 'values', label: t('tryValues') }, { value: 'record', label: t('tryRecord') }]} onChange={setWay} />
      <div className="duplicate-try-fields">
        {way === 'record' ? (
          <LookupPicker object={object.name} value={record === undefined ? [] : [record]} label={label(object.label)} placeholder={label(object.label)} allowClear onChange={(ids) => { setRecord(ids[0]); }} />
        ) : fields.map((field) => (
          <Input key={field.name} aria-label={label(field.label)} placeholder={label(field.label)} value={values[field.name] ?? ''} onChange={(event) => { setValues({ ...values, [field.name]: event.target.value }); }} onPressEnter={(event) => { event.stopPropagation(); if (ready) ask(); }} />
        ))}
      </div>
      <Button size="small" disabled={!ready} loading={look.isPending} onClick={ask}>{t('tryNow')}</Button>
      {look.isError ? <Alert type="error" title={isApiError(look.error) ? look.error.message : ''} style={{ marginTop: 8 }} /> : null}
      {look.data ? (look.data.hits.length > 0 ? <HitList hits={look.data.hits} /> : <p style={{ margin: '8px 0 0' }}>{t('tryNothing')}</p>) : null}
      {look.data && !look.data.whole ? <p className="duplicate-note">{t('tryPart')}</p> : null}
    </section>
  );
}
