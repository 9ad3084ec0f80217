/** What the editor of print templates inserts: plain texts of the template language. */
import { isLink, stepOf, type ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';

export type Format = 'none' | 'money' | 'capitals' | 'date' | 'chinese';

const FILTERS: Record<Format, string> = {
  none: '',
  money: ' | money("¥")',
  capitals: ' | capitals',
  date: ' | date("yyyy年M月d日")',
  chinese: ' | chinese_date',
};

/** The formats that mean something for a field. */
export function formatsOf(field: FieldMeta): Format[] {
  if (['currency', 'decimal', 'integer'].includes(field.type)) return ['none', 'money', 'capitals'];
  return field.type === 'date' || field.type === 'datetime' ? ['none', 'date', 'chinese'] : ['none'];
}

/** `account.owner_id` as a template walks it: `account.owner`. */
export const walked = (path: string, field: FieldMeta): string => (isLink(field) ? path.replace(/_id$/, '') : path);

export const fieldSnippet = (base: string, path: string, field: FieldMeta, format: Format): string =>
  field.type === 'image' ? `{{ ${base}.${path} | image("40mm") }}` : `{{ ${base}.${walked(path, field)}${FILTERS[format]} }}`;

export const conditionSnippet = (path: string, field: FieldMeta): string =>
  `{% if record.${walked(path, field)} %}{{ record.${walked(path, field)} }}{% endif %}`;

const NUMBERS = new Set<FieldMeta['type']>(['currency', 'decimal', 'integer', 'percent']);
const COLUMNS = 5;

/** A table of the records that hang on the one printed, with the columns that its list shows. */
export function linesSnippet(child: ObjectModel, columns: string[], label: (of: FieldMeta) => string): string {
  const fields = columns.map((path) => child.field(path)).filter((field) => field !== undefined).slice(0, COLUMNS);
  const align = (field: FieldMeta) => (NUMBERS.has(field.type) ? ' style="text-align: right"' : '');
  const heads = fields.map((field) => `<th${align(field)}>${label(field)}</th>`).join('');
  const cells = fields
    .map((field) => `<td${align(field)}>{{ line.${isLink(field) ? stepOf(field) : field.name}${field.type === 'currency' ? ' | money' : ''} }}</td>`)
    .join('');
  return [
    '<table border="1" style="width: 100%">',
    `  <thead><tr>${heads}</tr></thead>`,
    `  {% for line in children.${child.name} %}`,
    `  <tr>${cells}</tr>`,
    '  {% endfor %}',
    '</table>',
  ].join('\n');
}

export const PAGE_BREAK = '<div style="page-break-before: always"></div>';

/** A key for a new template: the object's name and a number that none of the others has. */
export function freeKey(object: string, taken: string[]): string {
  for (let n = 1; ; n += 1) {
    const key = `${object}.print_${String(n)}`;
    if (!taken.includes(key)) return key;
  }
}

/** The text with `snippet` in the place of what is selected, and where the caret then stands. */
export function inserted(text: string, from: number, to: number, snippet: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + snippet + text.slice(to), caret: from + snippet.length };
}
