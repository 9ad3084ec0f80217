/** A roll-up while it is being set up: from what was picked to the body that is sent, and the types that it needs. */
import type { SummaryBody, SummaryChild, SummaryField, SummaryFunction } from '@/api/summaries';
import type { FieldType, FilterJson } from '@/api/types';

export const FUNCTIONS: SummaryFunction[] = ['count', 'sum', 'average', 'min', 'max'];

export interface SummaryDraft {
  child?: string;
  function: SummaryFunction;
  of?: string;
  where: FilterJson | null;
}

/** Children are known by their object and the lookup: an object may have several. */
export const childKey = ({ object, field }: { object: string; field: string }): string => `${object}.${field}`;

export const draftOf = (body?: SummaryBody): SummaryDraft =>
  body ? { child: childKey(body), function: body.function, of: body.of, where: body.where ?? null } : { function: 'count', where: null };

/** The fields of which the function makes something. */
export const fieldsFor = (child: SummaryChild | undefined, wanted: SummaryFunction): SummaryField[] =>
  wanted === 'count' ? [] : (child?.fields.filter(({ results }) => results[wanted].length > 0) ?? []);

/** The draft with a change, and without what no longer fits it: another object has other fields. */
export function changed(draft: SummaryDraft, change: Partial<SummaryDraft>, children: SummaryChild[]): SummaryDraft {
  const next = { ...draft, ...change };
  if (next.child !== draft.child) next.where = null;
  const child = children.find((one) => childKey(one) === next.child);
  const fits = fieldsFor(child, next.function).some(({ name }) => name === next.of);
  return fits ? next : { ...next, of: undefined };
}

/** The body of a draft; undefined while something is missing. */
export function bodyOf(draft: SummaryDraft, children: SummaryChild[]): SummaryBody | undefined {
  const child = children.find((one) => childKey(one) === draft.child);
  if (!child || (draft.function !== 'count' && draft.of === undefined)) return undefined;
  return {
    object: child.object,
    field: child.field,
    function: draft.function,
    ...(draft.function !== 'count' && draft.of !== undefined ? { of: draft.of } : {}),
    ...(draft.where ? { where: draft.where } : {}),
  };
}

/** The types that a field needs to hold what the roll-up comes to, the best first. */
export function typesOf(body: SummaryBody | undefined, children: SummaryChild[]): FieldType[] {
  if (!body) return [];
  if (body.function === 'count') return ['integer'];
  const child = children.find((one) => childKey(one) === childKey(body));
  return child?.fields.find(({ name }) => name === body.of)?.results[body.function] ?? [];
}
