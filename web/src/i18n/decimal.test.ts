import { describe, expect, it } from 'vitest';
import { compareDecimals, groupThousands, plain, roundTo, shift, sumOf } from './decimal';

describe('decimals as texts', () => {
  it.each([['007.50', '7.50'], ['-0.00', '0.00'], ['+3', '3'], ['.5', '0.5'], ['1e3', '1000'], ['-1.25E-3', '-0.00125'], ['abc', 'abc']])('plain %s is %s', (given, wanted) => {
    expect(plain(given)).toBe(wanted);
  });

  it.each<[string, number, string]>([
    ['1.005', 2, '1.01'], ['0.1', 0, '0'], ['0.5', 0, '1'], ['-2.345', 2, '-2.35'], ['99.999', 2, '100.00'], ['12', 2, '12.00'], ['-0.004', 2, '0.00'],
    ['123456789012345678.905', 2, '123456789012345678.91'],
  ])('rounds %s to %i decimals: %s', (given, scale, wanted) => {
    expect(roundTo(given, scale)).toBe(wanted);
  });

  it('sums without a float error, also what a float cannot hold', () => {
    expect(sumOf(['0.1', '0.2'])).toBe('0.3');
    expect(sumOf(['10005534', null, '', '0.01'])).toBe('10005534.01');
    expect(sumOf(['9007199254740993.01', '0.01'])).toBe('9007199254740993.02');
    expect(sumOf([])).toBe('0');
    expect(sumOf(['5', '-7.5'])).toBe('-2.5');
  });

  it('shifts and groups', () => {
    expect(shift('1234.5', -4)).toBe('0.12345');
    expect(shift('1.2', 3)).toBe('1200');
    expect(groupThousands('-1234567.891')).toBe('-1,234,567.891');
    expect(groupThousands('999')).toBe('999');
  });

  it('compares', () => {
    expect([compareDecimals('1.10', '1.1'), compareDecimals('-2', '1'), compareDecimals('10', '9.99')]).toEqual([0, -1, 1]);
  });
});
