/** The problems of an import as a person can deal with them. */
import type { ImportProblem } from '@/api/imports';

/** The reason without the column and value before it: a table has columns of its own for these. */
export function reasonOf({ column, value, detail }: ImportProblem): string {
  if (column === null) return detail;
  const prefix = `[${column}${value ? ` = ${value}` : ''}] `;
  return detail.startsWith(prefix) ? detail.slice(prefix.length) : detail;
}

/** Texts that nothing in the system answers to: writing something else in their place mends them. */
const UNKNOWN = new Set(['value.unknown_option', 'value.inactive_option', 'value.not_a_boolean', 'transfer.lookup_none', 'transfer.lookup_many']);

export interface UnknownText {
  column: string;
  text: string;
  /** In how many of the listed rows. */
  rows: number;
  reason: string;
}

/** The different texts of each column that were not recognised, most frequent first. */
export function unknownTextsOf(problems: readonly ImportProblem[]): UnknownText[] {
  const found = new Map<string, UnknownText>();
  for (const problem of problems) {
    if (!UNKNOWN.has(problem.code) || problem.column === null || !problem.value) continue;
    const key = JSON.stringify([problem.column, problem.value]);
    const known = found.get(key);
    if (known) known.rows += 1;
    else found.set(key, { column: problem.column, text: problem.value, rows: 1, reason: reasonOf(problem) });
  }
  return [...found.values()].toSorted((a, b) => b.rows - a.rows);
}
