/** What a lookup proposes (decision 45): which values of the record it goes by, and which of a row tell a stranger from the rest. */
import type { FieldMeta, FilterJson, Values } from './types';

export interface ProposedMeta {
  /** As the lookup box is asked: opportunity.contact_id. */
  field: string;
  /** A filter on fields of the target, with values {"from": path} of the record that looks up. */
  where: Record<string, unknown>;
  /** The path from the target to what is shown beside a record that does not meet it. */
  mark?: string | null;
}

type Json = unknown;

const isTaken = (value: Json): value is { from: string } => typeof value === 'object' && value !== null && typeof (value as { from?: unknown }).from === 'string';

const parts = (where: Record<string, Json>): Record<string, Json>[] =>
  ['and', 'or'].flatMap((word) => (where[word] ?? []) as Record<string, Json>[]).concat('not' in where ? [where.not as Record<string, Json>] : []);

/** The paths from the record that looks up. */
export const takenFrom = (where: Record<string, Json>): string[] => [...(isTaken(where.value) ? [where.value.from] : []), ...parts(where).flatMap(takenFrom)];

/** The paths from the record that is looked up to. */
export const compared = (where: Record<string, Json>): string[] => [...(typeof where.field === 'string' ? [where.field] : []), ...parts(where).flatMap(compared)];

/** What the lookup box is told of the record that is being filled in. */
export function givenTo(field: FieldMeta, record: Values): Record<string, unknown> {
  const starts = takenFrom(field.proposed?.where ?? {}).map((path) => path.split('.')[0] ?? '');
  const names = [...new Set(starts.flatMap((start) => [start, `${start}_id`]))].filter((name) => record[name] !== undefined && record[name] !== null && record[name] !== '');
  return Object.fromEntries(names.map((name) => [name, record[name]]));
}

/** What a list must read beside a link, so that strangers can be told: of the link's own record, not of one behind another. */
export function besidePaths(field: FieldMeta, path: string): string[] {
  const { proposed } = field;
  if (!proposed || path !== field.name) return [];
  const step = path.replace(/_id$/, '');
  return [...[...compared(proposed.where), ...(proposed.mark ? [proposed.mark] : [])].map((one) => `${step}.${one}`), ...takenFrom(proposed.where).flatMap((one) => (one.includes('.') ? [`${one.split('.')[0] ?? ''}_id`, one] : [one]))];
}

/** The condition with the values of one record; undefined where all that it compares with is blank: then nobody is a stranger. */
export function filledIn(where: Record<string, Json>, valueOf: (path: string) => unknown): FilterJson | undefined {
  for (const word of ['and', 'or'] as const) {
    if (!(word in where)) continue;
    const found = (where[word] as Record<string, Json>[]).flatMap((one) => filledIn(one, valueOf) ?? []);
    return found.length > 0 ? ({ [word]: found } as unknown as FilterJson) : undefined;
  }
  if ('not' in where) {
    const inner = filledIn(where.not as Record<string, Json>, valueOf);
    return inner && { not: inner };
  }
  if (!isTaken(where.value)) return where as unknown as FilterJson;
  const value = valueOf(where.value.from);
  return value === null || value === undefined || value === '' ? undefined : ({ ...where, value } as unknown as FilterJson);
}
