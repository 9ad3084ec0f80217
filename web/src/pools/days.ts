import dayjs from 'dayjs';
import timezonePlugin from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';

dayjs.extend(utc);
dayjs.extend(timezonePlugin);

/** Whole days of the reader's calendar from `now` to the day of `until`: 0 is today, below that it is over. */
export function daysLeft(until: string, now: string, zone: string): number {
  if (dayjs(until).isBefore(dayjs(now))) return -1;
  return dayjs(until).tz(zone).startOf('day').diff(dayjs(now).tz(zone).startOf('day'), 'day');
}
