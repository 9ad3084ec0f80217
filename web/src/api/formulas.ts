/** Formulas while they are written: what can stand in one, what is wrong with it, what it gives for a record. */
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { FieldType, Label } from './types';

/** What a formula is for: rules may also ask what a record was before. */
export type FormulaPurpose = 'formula' | 'default' | 'rule';

export type FormulaKind = 'text' | 'number' | 'date' | 'datetime' | 'time' | 'boolean' | 'texts' | 'id' | 'blank';

/** A field that formulas can use: `step` leads to the fields of `target`, `parts` are named after a dot. */
export interface FormulaField {
  name: string;
  label: Label;
  type: FieldType;
  kind: FormulaKind | null;
  computed: boolean;
  options: { value: string; label: Label }[];
  step: string | null;
  target: string | null;
  parts: string[];
}

export interface FormulaFunction {
  name: string;
  group: string;
  group_label: Label;
  signature: Label;
  help: Label;
  result: FormulaKind | null;
}

export interface FormulaCatalogue {
  object: string;
  label: Label;
  fields: FormulaField[];
  functions: FormulaFunction[];
}

/** What is wrong, and the part of the text that is meant: `start` counts characters; null: the whole. */
export interface FormulaFault {
  code: string;
  detail: string;
  line: number | null;
  column: number | null;
  start: number | null;
  length: number | null;
}

export interface FormulaAnswer {
  valid: boolean;
  kind: FormulaKind | null;
  references: { object: string; field: string; label: Label }[];
  errors: FormulaFault[];
}

export interface FormulaDraft {
  object: string;
  text: string;
  /** The type of the field that it is for; `boolean` for a rule. */
  expects?: FieldType;
  purpose: FormulaPurpose;
  /** The field that it is for, if that exists already. */
  field?: string;
  /** The options of a select field that does not exist yet. */
  options?: string[];
}

export interface FormulaResult {
  kind: FormulaKind | null;
  value: string | boolean | string[] | null;
  errors: FormulaFault[];
}

const catalogueQuery = (object: string, purpose: FormulaPurpose) => ({
  queryKey: keys.formulaCatalogue(object, purpose),
  queryFn: ({ signal }: { signal: AbortSignal }) => request<FormulaCatalogue>('GET', '/formulas/catalogue', { query: { object, purpose }, signal }),
  staleTime: 60_000,
});

export const useFormulaCatalogue = (object: string, purpose: FormulaPurpose) => useQuery(catalogueQuery(object, purpose));

/** The catalogue of another object, for what stands behind a lookup. */
export const formulaCatalogue = (client: QueryClient, object: string, purpose: FormulaPurpose): Promise<FormulaCatalogue> =>
  client.fetchQuery(catalogueQuery(object, purpose));

/** Whether a formula can be used; asked again whenever it changes. */
export function useFormulaCheck(draft: FormulaDraft) {
  return useQuery({
    queryKey: keys.formulaCheck(draft),
    queryFn: ({ signal }) => request<FormulaAnswer>('POST', '/formulas/check', { body: { ...draft, options: draft.options ?? [] }, signal }),
    enabled: draft.text.trim() !== '',
    gcTime: 60_000,
  });
}

export function useTryFormula() {
  return useMutation({
    mutationFn: ({ object, text, id }: { object: string; text: string; id: string }) =>
      request<FormulaResult>('POST', '/formulas/try', { body: { object, text, record_id: id } }),
  });
}

