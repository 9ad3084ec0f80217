import dayjs from 'dayjs';
import type { Notification } from '@/api/notifications';

export interface Day {
  day: string;
  rows: Notification[];
}

/** Notifications, the latest first, by the day on which they came in the reader's time zone. */
export function byDay(rows: Notification[], zone: string): Day[] {
  const days: Day[] = [];
  for (const row of rows) {
    const day = dayjs(row.at).tz(zone).format('YYYY-MM-DD');
    const last = days.at(-1);
    if (last?.day === day) last.rows.push(row);
    else days.push({ day, rows: [row] });
  }
  return days;
}

export const timeOf = (at: string, zone: string): string => dayjs(at).tz(zone).format('HH:mm');

export const dayBefore = (day: string): string => dayjs(day).subtract(1, 'day').format('YYYY-MM-DD');
