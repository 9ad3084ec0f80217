import { Tag } from 'antd';
import { useNames } from '@/api/lookup';
import { isLink, targetOf, useModel, type Model, type ObjectModel } from '@/api/metadata';
import type { FieldMeta, FilterJson, FilterScalar } from '@/api/types';
import { isMe, isRelative } from '@/fields/filterValues';
import { countedTexts, dateOperatorTexts, fieldTexts, operatorTexts, relativeTexts } from '@/fields/texts';
import { translator, useFormat, useLabel, useSettings, useTexts, type Formatter, type Language } from '@/i18n';
import { isDate } from './operators';
import { pathLabel } from './FieldPicker';
import { filterTexts } from './texts';

interface Words {
  model: Model;
  object: string;
  label: ReturnType<typeof useLabel>;
  language: Language;
  format: Formatter;
  /** Names of the records that links are compared with. */
  names: Record<string, string>;
}

/** The records that a part of a filter names, and of which object they are. */
function named(model: Model, object: string, json: FilterJson): { target: string; ids: string[] } {
  if (!('field' in json)) return { target: '', ids: [] };
  const field = model.fieldAt(object, json.field);
  const target = field && isLink(field) ? (targetOf(field) ?? '') : '';
  const values = json.value === undefined ? [] : Array.isArray(json.value) ? json.value : [json.value];
  return { target, ids: target ? values.filter((v) => typeof v === 'string') : [] };
}

function scalarWords(field: FieldMeta | undefined, value: FilterScalar, words: Words): string {
  const t = translator(filterTexts, words.language);
  if (isMe(value)) return t('me');
  if (isRelative(value)) {
    const counted = value.relative in countedTexts;
    if (counted) return translator(countedTexts, words.language)(value.relative as keyof typeof countedTexts, { n: value.count ?? 0 });
    return value.relative in relativeTexts ? translator(relativeTexts, words.language)(value.relative as keyof typeof relativeTexts) : value.relative;
  }
  if (typeof value === 'boolean') return translator(fieldTexts, words.language)(value ? 'yes' : 'no');
  const text = String(value ?? '');
  const option = field?.options?.find((o) => o.value === text);
  if (option) return words.label(option.label);
  if (field?.type === 'currency') return words.format.money(text, text.includes('.') ? 2 : 0);
  if (field?.type === 'date') return words.format.date(text);
  if (field?.type === 'datetime') return words.format.datetime(text);
  if (field && isLink(field)) return words.names[text] ?? t('chosenRecord');
  return text;
}

/** A filter in words: 阶段 属于 初步接洽、方案报价 且 金额 大于 ¥10,000. */
export function filterWords(json: FilterJson, words: Words): string {
  const t = translator(filterTexts, words.language);
  const inner = (one: FilterJson) => ('and' in one || 'or' in one ? `(${filterWords(one, words)})` : filterWords(one, words));
  if ('and' in json) return json.and.map(inner).join(` ${t('joinAnd')} `);
  if ('or' in json) return json.or.map(inner).join(` ${t('joinOr')} `);
  if ('not' in json) return `${t('not')} ${inner(json.not)}`;
  const field = words.model.fieldAt(words.object, json.field);
  const operator = field && isDate(field) && json.op in dateOperatorTexts
    ? translator(dateOperatorTexts, words.language)(json.op as keyof typeof dateOperatorTexts)
    : translator(operatorTexts, words.language)(json.op);
  const values = json.value === undefined ? [] : Array.isArray(json.value) ? json.value : [json.value];
  const shown = values.length > 3 ? t('some', { n: values.length }) : values.map((v) => scalarWords(field, v, words)).join(words.language === 'zh' ? '、' : ', ');
  return [pathLabel(words.model, words.object, json.field, words.label), operator, shown].filter(Boolean).join(' ');
}

/** A whole filter in words, the names of records in it too, put into a sentence by `around`. */
export function FilterWords({ object, filter, around }: { object: ObjectModel; filter: FilterJson | null; around: (words: string) => string }) {
  const model = useModel();
  const label = useLabel();
  const format = useFormat();
  const { language } = useSettings();
  const links = filter ? allNamed(model, object.name, filter) : [];
  const target = links[0]?.target ?? '';
  const names = useNames(target, links.filter((one) => one.target === target).flatMap((one) => one.ids)).data ?? {};
  return <>{around(filter ? filterWords(filter, { model, object: object.name, label, language, format, names }) : '')}</>;
}

function allNamed(model: Model, object: string, json: FilterJson): { target: string; ids: string[] }[] {
  if ('and' in json) return json.and.flatMap((one) => allNamed(model, object, one));
  if ('or' in json) return json.or.flatMap((one) => allNamed(model, object, one));
  if ('not' in json) return allNamed(model, object, json.not);
  const found = named(model, object, json);
  return found.target ? [found] : [];
}

interface Props {
  object: ObjectModel;
  filter: FilterJson | null;
  onChange: (filter: FilterJson | null) => void;
  onEdit: () => void;
}

function Part({ object, part, onEdit }: { object: ObjectModel; part: FilterJson; onEdit: () => void }) {
  const model = useModel();
  const label = useLabel();
  const format = useFormat();
  const { language } = useSettings();
  const { target, ids } = named(model, object.name, part);
  const names = useNames(target, ids).data ?? {};
  return (
    <button type="button" className="plain-button" onClick={onEdit}>
      {filterWords(part, { model, object: object.name, label, language, format, names })}
    </button>
  );
}

/** The conditions of the list in words; each of the outermost can be taken away. */
export function FilterSummary({ object, filter, onChange, onEdit }: Props) {
  const t = useTexts(filterTexts);
  if (!filter) return null;
  const parts = 'and' in filter ? filter.and : [filter];
  const without = (index: number): FilterJson | null => {
    const rest = parts.toSpliced(index, 1);
    return rest.length === 0 ? null : rest.length === 1 ? (rest[0] ?? null) : { and: rest };
  };
  return (
    <div className="filter-summary">
      {parts.map((part, index) => (
        <Tag
          key={JSON.stringify(part)}
          closable={{ 'aria-label': t('removeRule') }}
          onClose={(event) => { event.preventDefault(); onChange(without(index)); }}
        >
          <Part object={object} part={part} onEdit={onEdit} />
        </Tag>
      ))}
    </div>
  );
}
