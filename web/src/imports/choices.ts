import type { FieldMeta, Option } from '@/api/types';

const folded = (text: string): string => text.normalize('NFKC').trim().split(/\s+/).join(' ').toLowerCase();

const YES = ['true', 'yes', 'y', '1', '是', '真', '启用', '√', 'on'];
const NO = ['false', 'no', 'n', '0', '否', '假', '停用', '×', 'off'];

/** What a cell of the field can be, where that is a short list: its options, or yes and no. */
export function optionsOf(field: FieldMeta): Option[] | undefined {
  if (field.type === 'select' || field.type === 'multi_select') return (field.options ?? []).filter((option) => option.active !== false);
  if (field.type !== 'boolean') return undefined;
  return [
    { value: 'true', label: { zh: '是', en: 'Yes' } },
    { value: 'false', label: { zh: '否', en: 'No' } },
  ];
}

/** Whether the server takes the text for one of the field's choices: a value, a label in either language, a word for yes or no. */
export function isKnown(field: FieldMeta, text: string): boolean {
  const wanted = folded(text);
  if (field.type === 'boolean') return YES.includes(wanted) || NO.includes(wanted);
  const words = field.type === 'multi_select' ? text.split(/[;；\n|,，、/]/).filter((word) => word.trim() !== '') : [text];
  return words.every((word) =>
    (field.options ?? []).some((option) => [option.value, option.label.zh, option.label.en].some((known) => folded(known) === folded(word))),
  );
}

/** The texts of a column that are none of the field's choices; none for fields that are no choice. */
export const unknownTexts = (field: FieldMeta, samples: readonly string[]): string[] =>
  optionsOf(field) ? samples.filter((sample) => !isKnown(field, sample)) : [];
