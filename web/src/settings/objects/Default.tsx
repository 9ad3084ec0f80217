import { Form, Segmented, Select } from 'antd';
import type { FieldBody } from '@/api/definitions';
import type { FieldMeta, FieldType, Option } from '@/api/types';
import { FIELD_WIDGETS } from '@/fields';
import { useTexts } from '@/i18n';
import { FormulaEditor } from '@/settings/formula';
import { objectsTexts } from './texts';

const WORDS: Partial<Record<FieldType, '$today' | '$now' | '$user' | '$department'>> = { date: '$today', datetime: '$now', user: '$user', department: '$department' };

type Kind = 'fixed' | 'computed';

interface Props {
  object: string;
  /** As it is being edited. */
  field: FieldBody;
  /** As it is stored; none: a new one. */
  stored?: FieldBody;
  /** Whether a formula can give the default of such a field. */
  computable: boolean;
  options: Option[];
  onChange: (part: Partial<FieldBody>) => void;
}

/** What a new record has in the field: a value that is always the same, or one computed from the record's other values. */
export function Default({ object, field, stored, computable, options, onChange }: Props) {
  const t = useTexts(objectsTexts);
  const kind: Kind = field.default_formula === undefined ? 'fixed' : 'computed';
  const choose = (next: Kind) => { onChange(next === 'computed' ? { default: undefined, default_formula: '' } : { default_formula: undefined }); };
  return (
    <Form.Item label={t('default')} htmlFor="field-default" className={kind === 'computed' ? 'wide' : undefined} extra={kind === 'computed' ? t('defaultHint') : undefined}>
      {computable ? (
        <Segmented<Kind> size="small" className="default-kind" aria-label={t('default')} value={kind} onChange={choose} options={[{ value: 'fixed', label: t('defaultFixed') }, { value: 'computed', label: t('defaultComputed') }]} />
      ) : null}
      {kind === 'computed' ? (
        <FormulaEditor
          id="field-default"
          title={t('default')}
          object={object}
          purpose="default"
          expects={field.type}
          field={stored?.name}
          options={field.type === 'select' ? options.map(({ value }) => value) : undefined}
          value={field.default_formula ?? ''}
          onChange={(text) => { onChange({ default_formula: text }); }}
        />
      ) : <DefaultInput field={field} options={options} onChange={(value) => { onChange({ default: value }); }} />}
    </Form.Item>
  );
}

/** A default that is always the same; of days and people a word that is worked out when the record is made. */
function DefaultInput({ field, options, onChange }: { field: FieldBody; options: Option[]; onChange: (value: unknown) => void }) {
  const t = useTexts(objectsTexts);
  const word = WORDS[field.type];
  if (word) return <Select id="field-default" value={field.default === undefined ? '' : word} options={[{ value: '', label: t('noDefault') }, { value: word, label: t(`default_${word}`) }]} onChange={(value) => { onChange(value || undefined); }} />;
  const { Input } = FIELD_WIDGETS[field.type];
  const meta: FieldMeta = { ...field, summary: undefined, proposed: undefined, options, required: false, access: 'edit', operators: [] };
  return <Input id="field-default" field={meta} value={field.default ?? null} onChange={(value) => { onChange(value ?? undefined); }} />;
}
