import { Form } from 'antd';
import type { FieldMeta, Values } from '@/api/types';
import { FIELD_WIDGETS } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import type { FormSection } from './formState';
import { formTexts } from './texts';

const WIDE = new Set<FieldMeta['type']>(['long_text', 'rich_text', 'address', 'file', 'image', 'location', 'polymorphic']);

interface Props {
  sections: FormSection[];
  values: Values;
  names: Record<string, string | null>;
  problems: Record<string, string[]>;
  onChange: (field: FieldMeta, value: unknown, name?: string | null) => void;
}

/** The fields of a form in the sections of the layout, each with its label, help and what is wrong with it. */
export function FormFields({ sections, values, names, problems, onChange }: Props) {
  const t = useTexts(formTexts);
  const label = useLabel();
  const first = sections[0]?.fields[0]?.name;
  return (
    <Form layout="vertical" component="div" requiredMark>
      {sections.map(({ section, fields }, place) => (
        <fieldset key={place} className="form-section">
          {sections.length > 1 ? <legend>{section ? label(section.label) : t('other')}</legend> : null}
          <div className={`form-grid columns-${String(section?.columns ?? 2)}`}>
            {fields.map((field) => {
              const { Input } = FIELD_WIDGETS[field.type];
              const wrong = problems[field.name];
              return (
                <Form.Item
                  key={field.name}
                  className={WIDE.has(field.type) ? 'wide' : undefined}
                  label={field.type === 'boolean' ? undefined : label(field.label)}
                  htmlFor={`form-${field.name}`}
                  required={field.required}
                  tooltip={field.help ? label(field.help) : undefined}
                  validateStatus={wrong ? 'error' : undefined}
                  help={wrong?.join(' ')}
                >
                  <div className="form-input" data-field={field.name}>
                    <Input
                      id={`form-${field.name}`}
                      field={field}
                      value={values[field.name] ?? null}
                      name={names[field.name]}
                      autoFocus={field.name === first}
                      status={wrong ? 'error' : undefined}
                      place="form"
                      onChange={(value, name) => { onChange(field, value, name); }}
                    />
                    {field.type === 'boolean' ? <span className="form-boolean">{label(field.label)}</span> : null}
                  </div>
                </Form.Item>
              );
            })}
          </div>
        </fieldset>
      ))}
    </Form>
  );
}
