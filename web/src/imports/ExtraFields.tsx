import { CloseOutlined } from '@ant-design/icons';
import { Button, Segmented, Select, Tag } from 'antd';
import { useState } from 'react';
import type { ImportDraft } from '@/api/imports';
import type { ObjectModel } from '@/api/metadata';
import { FIELD_WIDGETS } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { mapTexts } from './mapTexts';
import { filled, importable, missingFields, type ExtraField, type Plan } from './plan';
import { TemplateInput } from './TemplateInput';

interface Props {
  object: ObjectModel;
  draft: ImportDraft;
  plan: Plan;
  onChange: (plan: Plan) => void;
}

const TEXTS = new Set(['text', 'long_text']);

/** Fields that no column gives: the same value for all rows, or a text put together from columns. */
export function ExtraFields({ object, draft, plan, onChange }: Props) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const [names, setNames] = useState<Record<string, string | null | undefined>>({});
  const given = new Set(filled(plan).flatMap((path) => [path, path.split('.')[0] ?? '']));
  const free = importable(object).filter((field) => !given.has(field.name));
  const missing = new Set(missingFields(object, { ...plan, extra: [] }).map((field) => field.name));
  const set = (extra: ExtraField[]) => { onChange({ ...plan, extra }); };
  return (
    <section className="import-card">
      <h2>{t('extra')}</h2>
      <p className="import-hint">{t('extraHint')}</p>
      {plan.extra.map((extra, n) => {
        const field = object.field(extra.field);
        if (!field) return null;
        const { Input } = FIELD_WIDGETS[field.type];
        const change = (next: Partial<ExtraField>) => { set(plan.extra.with(n, { ...extra, ...next })); };
        return (
          <div key={field.name} className="extra-row">
            <div className="extra-name">
              <strong>{label(field.label)}</strong>
              {missing.has(field.name) ? <Tag color="warning">{t('required')}</Tag> : null}
            </div>
            {TEXTS.has(field.type) ? (
              <Segmented<ExtraField['kind']>
                size="small"
                value={extra.kind}
                options={[{ value: 'constant', label: t('constant') }, { value: 'template', label: t('template') }]}
                onChange={(kind) => { change({ kind, value: null }); }}
              />
            ) : <span className="extra-kind">{t('constant')}</span>}
            <div className="extra-value">
              {extra.kind === 'template' ? (
                <TemplateInput label={label(field.label)} draft={draft} value={typeof extra.value === 'string' ? extra.value : ''} onChange={(value) => { change({ value }); }} />
              ) : (
                <Input
                  field={field}
                  value={extra.value}
                  name={names[field.name]}
                  onChange={(value, name) => { setNames({ ...names, [field.name]: name }); change({ value }); }}
                />
              )}
            </div>
            <Button type="text" size="small" icon={<CloseOutlined />} aria-label={`${t('removeValue')}: ${label(field.label)}`} onClick={() => { set(plan.extra.toSpliced(n, 1)); }} />
          </div>
        );
      })}
      {free.length > 0 ? (
        <Select
          className="extra-add"
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('addField')}
          aria-label={t('addField')}
          value={null}
          options={free.map((field) => ({ value: field.name, label: label(field.label) + (field.required ? ' *' : '') }))}
          onChange={(field: string | null) => { if (field !== null) set([...plan.extra, { field, kind: 'constant', value: null }]); }}
        />
      ) : null}
    </section>
  );
}
