/** Numbers, money and dates as people read them. Decimals are strings from end to end: nothing here goes through a float. */
import dayjs from 'dayjs';
import timezonePlugin from 'dayjs/plugin/timezone';
import utc from 'dayjs/plugin/utc';
import 'dayjs/locale/zh-cn';
import { useMemo } from 'react';
import { groupThousands, plain, roundTo, shift } from './decimal';
import { useSettings } from './settings';
import type { Language } from './texts';

dayjs.extend(utc);
dayjs.extend(timezonePlugin);

export const CURRENCY_SIGN = '¥';
/** What the sign stands for. */
const OWN_CURRENCY = 'CNY';

const DATE: Record<Language, string> = { zh: 'YYYY-MM-DD', en: 'MMM D, YYYY' };
const TIME = 'HH:mm';
const TYPED = 'YYYY-MM-DD';

/** How a date box writes days (`timed`: and times), and what else may be typed there. */
export const dateFormats = (language: Language, timed = false): string[] =>
  [...new Set([DATE[language], TYPED])].map((one) => (timed ? `${one} ${TIME}` : one));

/** The same for who is here. */
export function useDateFormats(timed = false): string[] {
  const { language } = useSettings();
  return useMemo(() => dateFormats(language, timed), [language, timed]);
}

const PLACES_SHOWN = 4;
const ZEROS = /(\.\d{4}\d*?)0+$/;

export interface Formatter {
  number: (value: string | number, scale?: number | null) => string;
  money: (value: string | number, scale?: number | null) => string;
  /** Money in the currency of its record, by the code where it is not the company's own. */
  moneyIn: (currency: unknown, value: string | number, scale?: number | null) => string;
  /** Money in few letters for heads of columns and charts: ¥1,054.2万 / ¥10.5M. */
  shortMoney: (value: string | number) => string;
  /** Percentages are stored as they are read: 12.5 is 12.5 %. */
  percent: (value: string | number, scale?: number | null) => string;
  date: (value: string) => string;
  datetime: (value: string) => string;
  /** 今天 14:05, 昨天, 3 天前, then the date. */
  when: (value: string) => string;
  /** Today in the reader's zone, ISO. */
  today: () => string;
}

function short(text: string, language: Language): string {
  const units: [string, number][] = language === 'zh' ? [['亿', 8], ['万', 4]] : [['B', 9], ['M', 6], ['K', 3]];
  const integer = plain(text).replace('-', '').split('.')[0] ?? '';
  for (const [unit, power] of units) {
    if (integer.length > power) {
      const scaled = roundTo(shift(text, -power), integer.length - power >= 3 ? 0 : 1);
      return groupThousands(scaled.replace(/\.0$/, '')) + unit;
    }
  }
  return groupThousands(roundTo(text, 0));
}

const signed = (text: string, sign: string): string => (text.startsWith('-') ? `-${sign}${text.slice(1)}` : sign + text);

export function formatter(language: Language, zone: string): Formatter {
  const local = (value: string) => dayjs(value).tz(zone);
  const number: Formatter['number'] = (value, scale) => {
    const text = plain(String(value));
    if (scale === undefined || scale === null) return groupThousands(text);
    // A field of many places (a rate) keeps them for the numbers that need them: the others end in nothing but zeros.
    return groupThousands(scale > PLACES_SHOWN ? roundTo(text, scale).replace(ZEROS, '$1') : roundTo(text, scale));
  };
  const date = (value: string) => dayjs(value.slice(0, 10)).format(DATE[language]);
  const datetime = (value: string) => local(value).format(`${DATE[language]} ${TIME}`);
  const when = (value: string) => {
    const then = local(value);
    const days = dayjs().tz(zone).startOf('day').diff(then.startOf('day'), 'day');
    if (days === 0) return `${language === 'zh' ? '今天' : 'Today'} ${then.format(TIME)}`;
    if (days === 1) return `${language === 'zh' ? '昨天' : 'Yesterday'} ${then.format(TIME)}`;
    if (days > 1 && days < 7) return language === 'zh' ? `${String(days)} 天前` : `${String(days)} days ago`;
    return then.format(DATE[language]);
  };
  const money: Formatter['money'] = (value, scale) => signed(number(value, scale ?? 2), CURRENCY_SIGN);
  return {
    number,
    money,
    moneyIn: (currency, value, scale) => (typeof currency === 'string' && currency !== OWN_CURRENCY ? `${currency} ${number(value, scale ?? 2)}` : money(value, scale)),
    shortMoney: (value) => signed(short(plain(String(value)), language), CURRENCY_SIGN),
    percent: (value, scale) => `${number(value, scale).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}%`,
    date,
    datetime,
    when,
    today: () => dayjs().tz(zone).format('YYYY-MM-DD'),
  };
}

export function useFormat(): Formatter {
  const { language, timezone } = useSettings();
  return useMemo(() => formatter(language, timezone), [language, timezone]);
}
