/** What is offered while one types: fields by name or label in either language, also behind lookups, and functions. */
import { snippet, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { FormulaCatalogue, FormulaField, FormulaFunction } from '@/api/formulas';
import type { Label } from '@/api/types';
import { fieldNames, functionNames, matches, typedBefore } from './words';

type Words = (label: Label | undefined) => string;

export interface Source {
  /** The catalogue of an object, fetched once. */
  of: (object: string) => Promise<FormulaCatalogue>;
  object: string;
  label: Words;
  /** What `$user` is called. */
  me: string;
}

const MOST = 100;

/** The object that the steps lead to, or undefined when one leads nowhere; a polymorphic lookup and a composite end it. */
export async function walked(source: Source, steps: string[]): Promise<FormulaCatalogue | FormulaField | undefined> {
  let catalogue = await source.of(source.object);
  for (const [index, step] of steps.entries()) {
    if (index === 0 && step === '$user') {
      catalogue = await source.of('user');
      continue;
    }
    const field = catalogue.fields.find((one) => one.step === step || one.name === step);
    if (!field) return undefined;
    if (!field.target) return index === steps.length - 1 ? field : undefined;
    catalogue = await source.of(field.target);
  }
  return catalogue;
}

function fieldCompletions(field: FormulaField, typed: string, label: Words): Completion[] {
  const score = matches(typed, fieldNames(field));
  if (score === 0) return [];
  const leads = field.step !== null || field.parts.length > 0;
  const own: Completion = { label: field.name, displayLabel: label(field.label), detail: field.name, type: 'property', boost: score * 10 };
  // A lookup is mostly walked: its step stands first, the record itself behind it.
  const step = field.step ?? field.name;
  const further: Completion = { label: `${step}.`, displayLabel: `${label(field.label)} ›`, detail: `${step}.`, type: 'namespace', boost: score * 10 + 1, apply: openFurther(`${step}.`) };
  return leads ? [further, ...(field.kind === null ? [] : [own])] : [own];
}

const openFurther = (text: string): Completion['apply'] => (view, _completion, from, to) => {
  view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: 'input.type' });
};

function functionCompletion(one: FormulaFunction, typed: string, label: Words): Completion[] {
  const score = matches(typed, functionNames(one));
  if (score === 0) return [];
  const none = label(one.signature).endsWith('()');
  return [
    {
      label: one.name,
      detail: label(one.signature).replace(one.name, ''),
      info: label(one.help),
      type: 'function',
      // Who types Latin letters means a function as often as a field; who types a label means a field.
      boost: score === 3 ? 25 : score,
      apply: none ? `${one.name}()` : snippet(`${one.name}(\${})`),
    },
  ];
}

export const completing = (source: Source) => async (context: CompletionContext): Promise<CompletionResult | null> => {
  const typed = typedBefore(context.state.sliceDoc(0, context.pos));
  if (!typed && !context.explicit) return null;
  const { steps, start, from } = typed ?? { steps: [], start: '', from: context.pos };
  const found = await walked(source, steps);
  if (!found) return null;
  const options: Completion[] = [];
  if ('fields' in found) options.push(...found.fields.flatMap((field) => fieldCompletions(field, start, source.label)));
  else options.push(...found.parts.filter((part) => matches(start, [part]) > 0).map((part): Completion => ({ label: part, type: 'property' })));
  if (steps.length === 0) {
    const { functions } = await source.of(source.object);
    options.push(...functions.flatMap((one) => functionCompletion(one, start, source.label)));
    if (matches(start, ['$user', source.me]) > 0) options.push({ label: '$user.', displayLabel: `${source.me} ›`, detail: '$user.', type: 'namespace', apply: openFurther('$user.') });
  }
  options.sort((a, b) => (b.boost ?? 0) - (a.boost ?? 0));
  return options.length > 0 ? { from, options: options.slice(0, MOST), filter: false } : null;
};
