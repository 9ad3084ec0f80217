/** A field as the drawer edits it, and the body that is sent: only settings that the type has and that say something. */
import type { FieldBody } from '@/api/definitions';
import type { FieldType, Label, Option } from '@/api/types';

export const BLANK: Label = { zh: '', en: '' };

/** In the order in which the drawer offers them, by subject. */
export const TYPE_GROUPS: { key: 'groupText' | 'groupNumber' | 'groupTime' | 'groupChoice' | 'groupLink' | 'groupOther'; types: FieldType[] }[] = [
  { key: 'groupText', types: ['text', 'long_text', 'rich_text', 'email', 'phone', 'url', 'auto_number'] },
  { key: 'groupNumber', types: ['integer', 'decimal', 'currency', 'percent'] },
  { key: 'groupTime', types: ['date', 'datetime', 'time'] },
  { key: 'groupChoice', types: ['select', 'multi_select', 'boolean'] },
  { key: 'groupLink', types: ['lookup', 'polymorphic', 'user', 'department'] },
  { key: 'groupOther', types: ['address', 'location', 'file', 'image'] },
];

const FLAGS = ['required', 'unique', 'indexed', 'searchable'] as const;
const TERMS = ['default', 'default_formula', 'length', 'scale', 'minimum', 'maximum', 'format', 'on_delete', 'proposed'] as const;

/** A label whose missing half is the other: nobody has to fill in both languages to go on. */
export const wholeLabel = ({ zh, en }: Label): Label => ({ zh: zh.trim() || en.trim(), en: en.trim() || zh.trim() });

export const isBlankLabel = (label: Label | undefined): boolean => !label || (label.zh.trim() === '' && label.en.trim() === '');

const given = (value: unknown): boolean => value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** The body of `field` with what `settings` (those of its type) know; keys of other parts of the product stay. */
export function bodyOf(field: FieldBody, settings: string[]): Omit<FieldBody, 'name'> {
  const has = new Set(settings);
  const { help, ...rest } = field;
  const body: Record<string, unknown> = { ...rest, label: wholeLabel(field.label) };
  delete body.name;
  if (!isBlankLabel(help)) body.help = wholeLabel(help as Label);
  for (const flag of FLAGS) if (!has.has(flag) || !field[flag]) Reflect.deleteProperty(body, flag);
  for (const term of TERMS) if (!has.has(term) || !given(field[term])) Reflect.deleteProperty(body, term);
  // A roll-up is not kept in history unless it says so; everything else is, unless it says not.
  if (field.summary ? field.tracked !== true : field.tracked !== false) delete body.tracked;
  if (field.active !== false) delete body.active;
  if (!has.has('target')) delete body.target;
  if (!has.has('targets')) delete body.targets;
  if (!has.has('options')) {
    delete body.options;
    delete body.option_set;
  } else if (field.option_set) delete body.options;
  else {
    delete body.option_set;
    body.options = (field.options ?? []).map(optionBody);
  }
  return body as Omit<FieldBody, 'name'>;
}

function optionBody({ value, label, color, active, attributes }: Option): Option {
  return {
    value,
    label: wholeLabel(label),
    ...(color ? { color } : {}),
    ...(active === false ? { active: false } : {}),
    ...(attributes && Object.keys(attributes).length > 0 ? { attributes } : {}),
  };
}

/** A value for a new option, made of its English label where it has one; free among those that are taken. */
export function optionValue({ zh, en }: Label, taken: string[]): string {
  const stem = en.trim().toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 60) || zh.trim().toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 60);
  const name = stem || `option_${String(taken.length + 1)}`;
  for (let n = 1; ; n += 1) {
    const value = n === 1 ? name : `${name}_${String(n)}`;
    if (!taken.includes(value)) return value;
  }
}

/** `list` with the item at `from` moved to the place of the one at `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const left = list.toSpliced(from, 1);
  const item = list[from];
  return item === undefined ? [...list] : left.toSpliced(to, 0, item);
}
