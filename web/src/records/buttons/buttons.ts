/** What buttons do, as data. */
import type { ButtonMeta, Values } from '@/api/types';

const PLACEHOLDER = /\{([a-z][a-z0-9_.]*)\}/g;

const isFrom = (value: unknown): value is { from: string } => typeof value === 'object' && value !== null && 'from' in value;

/** The fields of the record that the buttons need. */
export function neededPaths(buttons: ButtonMeta[]): string[] {
  const found = buttons.flatMap((button) => [
    ...[...(button.url ?? '').matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''),
    ...Object.values(button.values ?? {}).filter(isFrom).map((value) => value.from),
  ]);
  return [...new Set(found)];
}

const asText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(asText).join(',') : '';
};

/** The address with the record's values in it, each so that it stays a value; undefined for what is no address of the web. */
export function linkAddress(url: string, values: Values): string | undefined {
  const filled = url.replace(PLACEHOLDER, (_, path: string) => encodeURIComponent(asText(values[path])));
  try {
    const { protocol } = new URL(filled);
    return protocol === 'http:' || protocol === 'https:' ? filled : undefined;
  } catch {
    return undefined;
  }
}

/** What is known of the moment: the words that a button's values may use. */
export interface Moment {
  user: string;
  department: string | null;
  today: string;
  now: string;
}

function literal(value: unknown, moment: Moment): unknown {
  switch (value) {
    case '$today': return moment.today;
    case '$now': return moment.now;
    case '$user': return moment.user;
    case '$department': return moment.department;
    default: return value;
  }
}

/** The values that a button sets, or that a new record starts with. */
export const valuesOf = (button: ButtonMeta, record: Values, moment: Moment): Values =>
  Object.fromEntries(Object.entries(button.values ?? {}).map(([name, value]) => [name, isFrom(value) ? record[value.from] ?? null : literal(value, moment)]));
