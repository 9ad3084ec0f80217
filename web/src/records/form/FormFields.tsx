import { Form } from 'antd';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta, Values } from '@/api/types';
import { useRegistryForms, type FilledIn } from '@/api/registries';
import { FIELD_WIDGETS, isBlank, offeredField, waitsFor } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { widgetOf } from '@/records/list';
import { CompanyInput } from './CompanyInput';
import type { FormSection } from './formState';
import { Foldable } from './Foldable';
import { formTexts } from './texts';

const WIDE = new Set<FieldMeta['type']>(['long_text', 'rich_text', 'address', 'file', 'image', 'location', 'polymorphic']);

interface Props {
  object: ObjectModel;
  sections: FormSection[];
  values: Values;
  names: Record<string, string | null>;
  problems: Record<string, string[]>;
  /** Fields that another change has just cleared, each with the field that was changed. */
  cleared?: Record<string, FieldMeta | undefined>;
  onChange: (field: FieldMeta, value: unknown, name?: string | null) => void;
  /** Fields that a company registry has filled in, each with what is to be said of it. */
  filled?: Record<string, string | undefined>;
  /** A registered company was picked; without it no companies are offered. */
  onFilled?: (found: FilledIn) => void;
  /** It takes no focus when it comes. */
  still?: boolean;
  /** Begins the ids of its inputs, where a screen has several forms. */
  prefix?: string;
}

/** The fields of a form in the sections of the layout, each with its label, help and what is wrong with it. */
export function FormFields({ object, sections, values, names, problems, cleared = {}, filled = {}, onFilled, onChange, still, prefix = 'form' }: Props) {
  const t = useTexts(formTexts);
  const label = useLabel();
  const companies = useRegistryForms().data?.[object.name];
  const first = still ? undefined : sections[0]?.fields[0]?.name;
  return (
    <Form layout="vertical" component="div" requiredMark>
      {sections.map(({ section, fields, fixed }, place) => (
        <Foldable
          key={section ? section.label.zh + String(place) : '$rest'}
          title={sections.length > 1 || section?.collapsed ? (section ? label(section.label) : t('other')) : null}
          folded={section?.collapsed ?? false}
          wanted={fields.some(({ name }) => problems[name])}
        >
          <div className={`form-grid columns-${String(section?.columns ?? 2)}`}>
            {fields.map((field) => {
              if (fixed?.includes(field.name)) return <Fixed key={field.name} field={field} values={values} />;
              const { Input } = widgetOf(object, field);
              const wrong = problems[field.name];
              const before = waitsFor(object, field, values);
              const by = cleared[field.name];
              return (
                <Form.Item
                  key={field.name}
                  className={WIDE.has(field.type) ? 'wide' : undefined}
                  label={field.type === 'boolean' ? undefined : <>{label(field.label)}{field.name in filled ? <span className="form-filled">{t('filledIn')}</span> : null}</>}
                  htmlFor={`${prefix}-${field.name}`}
                  required={field.required}
                  tooltip={field.help ? label(field.help) : undefined}
                  validateStatus={wrong ? 'error' : undefined}
                  help={wrong?.join(' ') ?? (by ? t('clearedBy', { field: label(by.label) }) : (filled[field.name] || undefined))}
                >
                  <div className="form-input" data-field={field.name}>
                    {onFilled && field.name === companies && field.type === 'text' ? (
                      <CompanyInput id={`${prefix}-${field.name}`} object={object} field={field} values={values} autoFocus={field.name === first} status={wrong ? 'error' : undefined}
                        onChange={(value) => { onChange(field, value); }} onFilled={onFilled} />
                    ) : <Input
                      id={`${prefix}-${field.name}`}
                      field={offeredField(object, field, values)}
                      disabled={before !== undefined && isBlank(values[field.name])}
                      placeholder={before ? t('chooseFirst', { field: label(before.label) }) : undefined}
                      value={values[field.name] ?? null}
                      record={values}
                      name={names[field.name]}
                      autoFocus={field.name === first}
                      status={wrong ? 'error' : undefined}
                      place="form"
                      onChange={(value, name) => { onChange(field, value, name); }}
                    />}
                    {field.type === 'boolean' ? <span className="form-boolean">{label(field.label)}</span> : null}
                  </div>
                </Form.Item>
              );
            })}
          </div>
        </Foldable>
      ))}
    </Form>
  );
}

/** What the layout shows in the form and does not let one enter. */
function Fixed({ field, values }: { field: FieldMeta; values: Values }) {
  const label = useLabel();
  const { Cell } = FIELD_WIDGETS[field.type];
  const value = values[field.name];
  return (
    <Form.Item className={WIDE.has(field.type) ? 'wide' : undefined} label={label(field.label)} tooltip={field.help ? label(field.help) : undefined}>
      <div className="form-fixed" data-field={field.name}>{isBlank(value) ? '—' : <Cell field={field} value={value} row={values} place="page" />}</div>
    </Form.Item>
  );
}
