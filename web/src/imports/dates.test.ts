import { describe, expect, it } from 'vitest';
import { dateForm, fittingForms, formatsOf, isAmbiguous, likelyForm, PLAIN, readDate, readPlain, type DateForm } from './dates';

const form = (key: string): DateForm => dateForm(key) as DateForm;

describe('dates of a file', () => {
  it('reads a text by its form, and nothing else', () => {
    expect(readDate('20-10-16', form('dmy-short'))).toBe('2016-10-20');
    expect(readDate('20-10-16', form('ymd-short'))).toBe('2020-10-16');
    expect(readDate('01/31/2017', form('mdy/long'))).toBe('2017-01-31');
    expect(readDate('31/01/2017', form('mdy/long'))).toBeNull();
    expect(readDate('29-02-17', form('dmy-short'))).toBeNull();
    expect(readDate('20-10-2016', form('dmy-short'))).toBeNull();
    expect(readDate('31.1.2017 09:30', form('dmy.long'))).toBe('2017-01-31');
  });

  it('puts two-digit years into the hundred that was chosen', () => {
    expect(readDate('01-05-49', form('dmy-short'), 1950)).toBe('2049-05-01');
    expect(readDate('01-05-50', form('dmy-short'), 1950)).toBe('1950-05-01');
    expect(readDate('01-05-99', form('dmy-short'), 2000)).toBe('2099-05-01');
  });

  it('knows the forms that the server reads by itself', () => {
    for (const text of ['2026-03-01', '2026/3/1', '2026.03.01', '2026年3月1日', '20260301', '2026-03-01 08:00:00', '2026-03-01T08:00:00Z']) {
      expect(readPlain(text)).toBe('2026-03-01');
    }
    expect(readPlain('2026-3/1')).toBeNull();
    expect(readPlain('2026-02-30')).toBeNull();
    expect(readPlain('01-03-2026')).toBeNull();
  });

  it('offers what fits all samples, and says when that leaves a choice', () => {
    expect(likelyForm(['2026-03-01', '2026-12-31'])).toBe(PLAIN);
    expect(likelyForm(['20-10-16', '25-10-16'])).toBe('dmy-short');
    expect(isAmbiguous(['20-10-16', '25-10-16'])).toBe(true);
    expect(fittingForms(['12/31/2017', '01/02/2017']).map((one) => one.key)).toEqual(['mdy/long']);
    expect(isAmbiguous(['12/31/2017', '01/02/2017'])).toBe(false);
    expect(likelyForm(['01/02/2017'])).toBe('dmy/long');
    expect(isAmbiguous(['01/02/2017'])).toBe(true);
    expect(likelyForm(['Q4 2016'])).toBeUndefined();
    expect(likelyForm([])).toBe(PLAIN);
  });

  it('writes the formats as the server takes them', () => {
    expect(formatsOf(form('dmy-short'), false)).toEqual(['%d-%m-%y']);
    expect(formatsOf(form('mdy/long'), true)).toEqual(['%m/%d/%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S']);
  });
});
