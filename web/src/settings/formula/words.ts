/** A formula's text as its editor needs to read it: what stands before the cursor, and places counted as each side counts. */
import type { FormulaField, FormulaFunction } from '@/api/formulas';

/** The name that is being typed before the cursor: `account.own` is the steps `account` and the start `own`. */
export interface Typed {
  steps: string[];
  start: string;
  /** Where the last part begins, in units of the text. */
  from: number;
}

const NAME_BEFORE = /\$?[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*\.?$|\$$/u;

export function typedBefore(text: string): Typed | null {
  const found = NAME_BEFORE.exec(text);
  if (!found || insideText(text)) return null;
  const parts = found[0].split('.');
  const start = parts.pop() ?? '';
  return { steps: parts, start, from: text.length - start.length };
}

/** Whether the end of `text` is inside a quoted text or a comment, where nothing is offered. */
export function insideText(text: string): boolean {
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (quote === '//') {
      if (sign === '\n') quote = '';
    } else if (quote) {
      if (sign === '\\') at += 1;
      else if (quote.includes(sign)) quote = '';
    } else if (sign === '/' && text[at + 1] === '/') quote = '//';
    else if (sign === '"' || sign === "'") quote = sign;
    else if ('“”'.includes(sign)) quote = '“”';
    else if ('‘’'.includes(sign)) quote = '‘’';
  }
  return quote !== '';
}

/** How well a name or its labels answer what was typed; 0: not at all. */
export function matches(typed: string, names: string[]): number {
  const wanted = typed.toLowerCase();
  if (!wanted) return 1;
  return Math.max(...names.map((name) => {
    const at = name.toLowerCase().indexOf(wanted);
    return at === 0 ? 3 : at > 0 ? 2 : 0;
  }));
}

export const fieldNames = ({ name, label, step }: FormulaField): string[] => [name, label.zh, label.en, ...(step ? [step] : [])];

export const functionNames = ({ name, help }: FormulaFunction): string[] => [name, help.zh, help.en];

/** The place of the `count`-th character in units of the text: the server counts 𠮷 as one, a browser as two. */
export function unitsOf(text: string, count: number): number {
  let units = 0;
  let left = count;
  for (const sign of text) {
    if (left <= 0) break;
    units += sign.length;
    left -= 1;
  }
  return units;
}

/** The part of `text` that a fault means, at least one unit long where there is one; the whole where no part is named. */
export function rangeOf(text: string, start: number | null, length: number | null): { from: number; to: number } {
  if (start === null) return { from: 0, to: text.length };
  const from = Math.min(unitsOf(text, start), text.length);
  const to = Math.min(unitsOf(text, start + (length ?? 0)), text.length);
  if (to > from) return { from, to };
  return from < text.length ? { from, to: from + 1 } : { from: Math.max(0, from - 1), to: from };
}
