import { describe, expect, it } from 'vitest';
import dayjs from 'dayjs';
import customParseFormat from 'dayjs/plugin/customParseFormat';
import { dateFormats, formatter } from './format';
import { defineTexts, fill, labelText, translator } from './texts';

const zh = formatter('zh', 'Asia/Shanghai');
const en = formatter('en', 'America/New_York');

describe('formats', () => {
  it('date boxes write days as pages do, and understand what is typed as before', () => {
    dayjs.extend(customParseFormat);
    expect(dateFormats('zh')).toEqual(['YYYY-MM-DD']);
    expect(dateFormats('zh', true)).toEqual(['YYYY-MM-DD HH:mm']);
    const [shown = ''] = dateFormats('en');
    expect(dayjs('2026-11-27').locale('en').format(shown)).toBe(en.date('2026-11-27'));
    expect(dateFormats('en', true).map((one) => dayjs('2026-11-27T09:05').locale('en').format(one))).toEqual(['Nov 27, 2026 09:05', '2026-11-27 09:05']);
    for (const typed of ['Nov 27, 2026', '2026-11-27']) expect(dayjs(typed, dateFormats('en'), 'en', true).format('YYYY-MM-DD')).toBe('2026-11-27');
  });

  it('money has its sign, thousands and two decimals, exact', () => {
    expect(zh.money('1054.1')).toBe('¥1,054.10');
    expect(zh.money('-9007199254740993.015')).toBe('-¥9,007,199,254,740,993.02');
    expect(zh.money('88', 0)).toBe('¥88');
  });

  it.each<[string, string, string]>([
    ['10005534', '¥1,001万', '¥10.0M'], ['123456', '¥12.3万', '¥123K'], ['9999', '¥9,999', '¥10.0K'], ['250000000', '¥2.5亿', '¥250M'], ['0', '¥0', '¥0'], ['-15000', '-¥1.5万', '-¥15.0K'],
  ])('short money %s', (given, chinese, english) => {
    expect(zh.shortMoney(given)).toBe(chinese);
    expect(en.shortMoney(given).replace('.0', '')).toBe(english.replace('.0', ''));
  });

  it('numbers of many places drop zeros, but for four', () => {
    expect(['7.12', '7.12345678', '1', '7.1200001'].map((rate) => zh.number(rate, 8))).toEqual(['7.1200', '7.12345678', '1.0000', '7.1200001']);
    expect([zh.number('7.1', 4), zh.number('1054.1', 2)]).toEqual(['7.1000', '1,054.10']);
  });

  it('percentages drop superfluous zeros', () => {
    expect(zh.percent('12.50')).toBe('12.5%');
    expect(zh.percent('30')).toBe('30%');
    expect(zh.percent('100', 2)).toBe('100%');
  });

  it('dates follow the language, instants also the zone', () => {
    expect(zh.date('2026-03-05')).toBe('2026-03-05');
    expect(en.date('2026-03-05')).toBe('Mar 5, 2026');
    expect(zh.datetime('2026-03-05T20:30:00Z')).toBe('2026-03-06 04:30');
    expect(en.datetime('2026-03-05T20:30:00Z')).toBe('Mar 5, 2026 15:30');
  });
});

describe('texts', () => {
  const table = defineTexts({ n: ['{n} 条', '{n} {n|record|records}'] });

  it('fill names and choose by number', () => {
    expect(translator(table, 'en')('n', { n: 1 })).toBe('1 record');
    expect(translator(table, 'en')('n', { n: 3 })).toBe('3 records');
    expect(translator(table, 'zh')('n', { n: 3 })).toBe('3 条');
    expect(fill('a {missing} b')).toBe('a {missing} b');
  });

  it('fall back to the language that there is', () => {
    expect(labelText({ zh: '客户', en: '' }, 'en')).toBe('客户');
    expect(labelText(null, 'zh')).toBe('');
  });
});
