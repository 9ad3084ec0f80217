/** The calendar as data: its days, which entries stand on them, and what dragging one changes. Days are ISO dates. */
import dayjs from 'dayjs';
import timezonePlugin from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import type { FieldMeta, FilterJson, Row, Values } from '@/api/types';

dayjs.extend(utc);
dayjs.extend(timezonePlugin);

export const MODES = ['month', 'week', 'day', 'agenda'] as const;
export type Mode = (typeof MODES)[number];

const AGENDA_DAYS = 30;
const ISO = 'YYYY-MM-DD';

/** Of the week that begins on Monday. */
const weekday = (day: dayjs.Dayjs): number => (day.day() + 6) % 7;

/** The days that are shown around `anchor`. */
export function daysOf(mode: Mode, anchor: string): string[] {
  const day = dayjs(anchor);
  const from = (first: dayjs.Dayjs, count: number) => Array.from({ length: count }, (_, n) => first.add(n, 'day').format(ISO));
  if (mode === 'day') return [anchor];
  if (mode === 'agenda') return from(day, AGENDA_DAYS);
  if (mode === 'week') return from(day.subtract(weekday(day), 'day'), 7);
  const first = day.startOf('month');
  const before = weekday(first);
  return from(first.subtract(before, 'day'), Math.ceil((before + day.daysInMonth()) / 7) * 7);
}

/** The anchor one step earlier or later. */
export function stepped(mode: Mode, anchor: string, step: 1 | -1): string {
  const day = dayjs(anchor);
  if (mode === 'month') return day.startOf('month').add(step, 'month').format(ISO);
  return day.add(step * (mode === 'week' ? 7 : mode === 'agenda' ? AGENDA_DAYS : 1), 'day').format(ISO);
}

/** What the calendar goes by. */
export interface Dates {
  start: FieldMeta;
  end: FieldMeta | undefined;
  zone: string;
}

/** The beginning of a day as the field holds it. */
const edge = (dates: Dates, day: string): string => (dates.start.type === 'date' ? day : dayjs.tz(`${day} 00:00`, dates.zone).toISOString());

/** Records that touch the days from the first to the last: nothing else is loaded. */
export function inRange(dates: Dates, days: string[]): FilterJson {
  const first = days[0] ?? '';
  const behind = dayjs(days.at(-1)).add(1, 'day').format(ISO);
  const { start, end } = dates;
  const begins: FilterJson = { and: [{ field: start.name, op: '>=', value: edge(dates, first) }, { field: start.name, op: '<', value: edge(dates, behind) }] };
  if (!end) return begins;
  return {
    or: [
      begins,
      { and: [{ field: start.name, op: '<', value: edge(dates, first) }, { field: end.name, op: '>=', value: edge(dates, first) }] },
    ],
  };
}

/** The reader's day of a value of a date or moment. */
export const dayOf = (value: unknown, zone: string): string | undefined => {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length === 10 ? value : dayjs(value).tz(zone).format(ISO);
};

export const timeOf = (value: unknown, zone: string): string | undefined =>
  typeof value === 'string' && value.length > 10 ? dayjs(value).tz(zone).format('HH:mm') : undefined;

/** The rows on each of the days, in the order in which they came (by their beginning). */
export function onDays(rows: Row[], dates: Dates, days: string[]): Map<string, Row[]> {
  const found = new Map<string, Row[]>(days.map((day) => [day, []]));
  for (const row of rows) {
    const first = dayOf(row[dates.start.name], dates.zone);
    if (first === undefined) continue;
    const last = (dates.end ? dayOf(row[dates.end.name], dates.zone) : undefined) ?? first;
    for (const day of days) if (day >= first && (day <= last || day === first)) found.get(day)?.push(row);
  }
  return found;
}

const shifted = (value: unknown, by: number, zone: string, minutes: number): string | null => {
  if (typeof value !== 'string' || value === '') return null;
  if (value.length === 10) return dayjs(value).add(by, 'day').format(ISO);
  // By the reader's clock: nine o'clock stays nine o'clock where a clock is put forward in between.
  const local = dayjs(value).tz(zone);
  return dayjs.tz(`${local.add(by, 'day').format(ISO)} ${local.format('HH:mm:ss')}`, zone).add(minutes, 'minute').toISOString();
};

/** What to change so that what began on `from` begins on `to`, so many minutes later in the day, and lasts as long. */
export function movedValues(row: Row, dates: Dates, from: string, to: string, minutes = 0): Values {
  const by = dayjs(to).diff(dayjs(from), 'day');
  const { start, end, zone } = dates;
  return {
    [start.name]: shifted(row[start.name], by, zone, minutes),
    ...(end && row[end.name] ? { [end.name]: shifted(row[end.name], by, zone, minutes) } : {}),
  };
}

/** A new record that begins on `day`, at `time` where one was chosen: then it takes an hour. */
export function valuesOn(dates: Dates, day: string, time?: string): Values {
  if (dates.start.type === 'date') return { [dates.start.name]: day };
  const start = dayjs.tz(`${day} ${time ?? '09:00'}`, dates.zone);
  return { [dates.start.name]: start.toISOString(), ...(time && dates.end ? { [dates.end.name]: start.add(1, 'hour').toISOString() } : {}) };
}
