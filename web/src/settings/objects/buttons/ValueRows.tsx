import { CloseOutlined } from '@ant-design/icons';
import { Button, Segmented, Select } from 'antd';
import { isLink, type ObjectModel } from '@/api/metadata';
import type { FieldMeta, Values } from '@/api/types';
import { FIELD_WIDGETS } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { FieldPicker } from '@/records/list';
import { buttonSettingsTexts } from './texts';

interface Props {
  /** Whose fields are set. */
  target: ObjectModel;
  /** The record from which values may be taken. */
  source?: ObjectModel;
  values: Values;
  onChange: (values: Values) => void;
}

const UNSET = new Set<FieldMeta['type']>(['file', 'image', 'auto_number', 'rich_text', 'polymorphic']);
const settable = (field: FieldMeta): boolean => !field.system && field.access === 'edit' && !UNSET.has(field.type);
const from = (value: unknown): string | undefined => (typeof value === 'object' && value !== null && 'from' in value ? String((value as { from: unknown }).from) : undefined);
const anything = (): boolean => true;

/** Fields with the values that a button gives them. */
export function ValueRows({ target, source, values, onChange }: Props) {
  const t = useTexts(buttonSettingsTexts);
  const label = useLabel();
  const put = (name: string, value: unknown) => { onChange({ ...values, [name]: value }); };
  const free = target.fields.filter((field) => settable(field) && !(field.name in values));
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 10 }}>
      {Object.entries(values).map(([name, value]) => {
        const field = target.field(name);
        if (!field) return null;
        const { Input } = FIELD_WIDGETS[field.type];
        const taken = from(value);
        return (
          <div key={name}>
            <div style={{ display: 'flex', alignItems: 'center', gap: 8, marginBottom: 4 }}>
              <strong style={{ fontWeight: 500 }}>{label(field.label)}</strong>
              {source ? (
                <Segmented
                  size="small"
                  value={taken === undefined ? 'fixed' : 'from'}
                  options={[{ value: 'from', label: t('fromRecord') }, { value: 'fixed', label: t('fixed') }]}
                  onChange={(way) => { put(name, way === 'from' ? { from: 'id' } : null); }}
                />
              ) : null}
              <Button
                type="text"
                size="small"
                icon={<CloseOutlined />}
                style={{ marginInlineStart: 'auto' }}
                aria-label={`${t('remove')} ${label(field.label)}`}
                onClick={() => { onChange(Object.fromEntries(Object.entries(values).filter(([other]) => other !== name))); }}
              />
            </div>
            {taken !== undefined && source
              ? <From source={source} field={field} path={taken} onChange={(path) => { put(name, { from: path }); }} />
              : <Input field={field} value={value} onChange={(next) => { put(name, next); }} />}
          </div>
        );
      })}
      <Select
        aria-label={t('addValue')}
        placeholder={t('addValue')}
        showSearch={{ optionFilterProp: 'label' }}
        value={null}
        options={free.map((field) => ({ value: field.name, label: label(field.label) }))}
        onChange={(name: string | null) => {
          const field = name === null ? undefined : target.field(name);
          if (field) put(field.name, source && isLink(field) ? { from: 'id' } : null);
        }}
      />
    </div>
  );
}

/** A field of the record, or the record itself where it is what the link may lead to. */
function From({ source, field, path, onChange }: { source: ObjectModel; field: FieldMeta; path: string; onChange: (path: string) => void }) {
  const t = useTexts(buttonSettingsTexts);
  const label = useLabel();
  if (field.target === source.name) {
    const links = source.fields.filter((one) => isLink(one) && one.target === field.target);
    return <Select aria-label={t('field')} style={{ width: '100%' }} value={path} options={[{ value: 'id', label: t('theRecord') }, ...links.map((one) => ({ value: one.name, label: label(one.label) }))]} onChange={onChange} />;
  }
  return <FieldPicker object={source} value={path === 'id' ? undefined : path} usable={anything} onChange={onChange} />;
}
