import type { FilterJson, Language, QueryBody, Row } from '@/api/types';

export const AUDIT = 'audit_entry';
export const PAGE = 50;

export const PERIODS = ['today', 'week', 'month', 'year', 'ever'] as const;
export type Period = (typeof PERIODS)[number];
export const FIRST_PERIOD: Period = 'month';

/** What is looked for; it stands in the address, so that it can be sent to somebody. */
export interface Wanted {
  area: string;
  who: string;
  object: string;
  period: Period;
  text: string;
}

export interface Entry extends Row {
  at: string;
  area: string;
  event: string;
  actor_id: string | null;
  actor_name: string;
  object_name: string | null;
  record_id: number | null;
  via: string;
  ip: string | null;
  device: string | null;
  reason: string | null;
}

export function fromAddress(search: URLSearchParams): Wanted {
  const period = search.get('period');
  return {
    area: search.get('area') ?? '',
    who: search.get('who') ?? '',
    object: search.get('object') ?? '',
    period: PERIODS.find((one) => one === period) ?? FIRST_PERIOD,
    text: search.get('q') ?? '',
  };
}

export function toAddress(wanted: Wanted): URLSearchParams {
  const search = new URLSearchParams();
  if (wanted.area) search.set('area', wanted.area);
  if (wanted.who) search.set('who', wanted.who);
  if (wanted.object) search.set('object', wanted.object);
  if (wanted.period !== FIRST_PERIOD) search.set('period', wanted.period);
  if (wanted.text) search.set('q', wanted.text);
  return search;
}

const RELATIVE: Record<Exclude<Period, 'ever'>, { relative: string; count?: number }> = {
  today: { relative: 'TODAY' },
  week: { relative: 'LAST_N_DAYS', count: 7 },
  month: { relative: 'LAST_N_DAYS', count: 30 },
  year: { relative: 'LAST_N_DAYS', count: 365 },
};

/** A subject or details in the reader's language. */
export const told = (entry: Row, field: 'subject' | 'details', language: Language): string => String(entry[`${field}_${language}`] ?? '');

/** The filter of what is wanted; today counts to the last days. */
export function filterOf(wanted: Wanted, language: Language): FilterJson | null {
  const rules: FilterJson[] = [];
  if (wanted.period === 'today') rules.push({ field: 'at', op: '=', value: RELATIVE.today });
  else if (wanted.period !== 'ever') rules.push({ or: [{ field: 'at', op: '=', value: RELATIVE[wanted.period] }, { field: 'at', op: '=', value: RELATIVE.today }] });
  if (wanted.area) rules.push({ field: 'area', op: '=', value: wanted.area });
  if (wanted.who) rules.push({ field: 'actor_id', op: '=', value: wanted.who });
  if (wanted.object) rules.push({ field: 'object_name', op: '=', value: wanted.object });
  if (wanted.text) {
    rules.push({ or: ['subject', 'details', 'actor', 'ip'].map((name) => ({ field: textField(name, language), op: 'contains' as const, value: wanted.text })) });
  }
  return rules.length > 0 ? { and: rules } : null;
}

function textField(name: string, language: Language): string {
  if (name === 'ip') return name;
  return name === 'actor' ? 'actor_name' : `${name}_${language}`;
}

/** One page of entries, the newest first. */
export const pageOf = (wanted: Wanted, language: Language, after: string | null): QueryBody => ({
  object: AUDIT,
  fields: [
    'at', 'area', 'event', 'actor_id', 'actor_name', `subject_${language}`, `details_${language}`, 'object_name', 'record_id', 'via', 'ip', 'device', 'reason',
  ],
  filter: filterOf(wanted, language),
  order: [{ field: 'at', descending: true }],
  limit: PAGE,
  after,
  count: true,
});

/** What an export has: the same rows, without what only the page needs. */
export const exportOf = (wanted: Wanted, language: Language): QueryBody => ({
  object: AUDIT,
  fields: ['at', 'actor_name', 'area', 'event', `subject_${language}`, `details_${language}`, 'via', 'ip', 'device', 'reason'],
  filter: filterOf(wanted, language),
  order: [{ field: 'at', descending: true }],
});
