import { CloseOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { RECORD_TYPE } from '@/api/arrangement';
import type { RecordTypeBody } from '@/api/layouts';
import { isLink, type ObjectModel } from '@/api/metadata';
import type { FieldMeta, Values } from '@/api/types';
import { FIELD_WIDGETS } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { typeTexts } from './texts';

interface Props {
  object: ObjectModel;
  type: RecordTypeBody;
  onChange: (defaults: Values) => void;
}

/** Types whose values a definition can hold. */
const WITHOUT = new Set<FieldMeta['type']>(['file', 'image', 'address', 'location', 'auto_number', 'id', 'polymorphic']);

const possible = (field: FieldMeta): boolean => !field.system && field.access === 'edit' && !isLink(field) && !WITHOUT.has(field.type) && field.name !== RECORD_TYPE;

/** What new records of the type start with. */
export function DefaultsList({ object, type, onChange }: Props) {
  const t = useTexts(typeTexts);
  const label = useLabel();
  const defaults = type.defaults ?? {};
  const left = object.fields.filter((field) => possible(field) && !(field.name in defaults));
  return (
    <section className="types-part">
      <h3>{t('defaults')}</h3>
      <p className="types-intro">{t('defaultsHint')}</p>
      {Object.entries(defaults).map(([name, value]) => {
        const found = object.field(name);
        if (!found) return null;
        const subset = type.options?.[name];
        const field = subset ? { ...found, options: found.options?.map((option) => (subset.includes(option.value) ? option : { ...option, active: false })) } : found;
        const { Input } = FIELD_WIDGETS[field.type];
        return (
          <div key={name} className="types-default">
            <label htmlFor={`default-${name}`}>{label(field.label)}</label>
            <Input id={`default-${name}`} field={field} value={value} onChange={(next) => { onChange({ ...defaults, [name]: next }); }} />
            <Button type="text" icon={<CloseOutlined />} aria-label={t('dropDefault', { field: label(field.label) })} onClick={() => { onChange(Object.fromEntries(Object.entries(defaults).filter(([key]) => key !== name))); }} />
          </div>
        );
      })}
      <Select
        className="types-add"
        aria-label={t('addDefault')}
        placeholder={t('addDefault')}
        showSearch={{ optionFilterProp: 'label' }}
        value={null}
        options={left.map((field) => ({ value: field.name, label: label(field.label) }))}
        onChange={(name: string | null) => { if (name) onChange({ ...defaults, [name]: object.field(name)?.type === 'boolean' ? true : null }); }}
      />
    </section>
  );
}
