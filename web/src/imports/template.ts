/** What a template makes of one row, for showing it: `{column}` is its text, `[…]` goes away when a column in it is blank. */

const PLACEHOLDER = /\{([^{}|]+)(?:\|\w+)?\}/g;

export const templateColumns = (template: string): string[] => [...template.matchAll(PLACEHOLDER)].map((found) => (found[1] ?? '').trim());

export function fillTemplate(template: string, row: Readonly<Record<string, string>>): string {
  const text = (column: string) => (row[column.trim()] ?? '').trim();
  if (templateColumns(template).every((column) => text(column) === '')) return '';
  return template
    .replace(/\[([^[\]]*)\]/g, (_, inside: string) => (templateColumns(inside).every((column) => text(column) !== '') ? inside : ''))
    .replace(PLACEHOLDER, (_, column: string) => text(column))
    .trim();
}
