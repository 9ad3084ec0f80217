import { describe, expect, it } from 'vitest';
import type { FieldMeta, Operator } from '@/api/types';
import { firstOperator, keptValue, operatorsOf } from './operators';

const field = (type: FieldMeta['type'], operators: Operator[]): FieldMeta => ({ name: 'f', type, label: { zh: '', en: '' }, access: 'edit', operators });

describe('operators', () => {
  it('are those of the metadata, without like, and without lists of dates', () => {
    expect(operatorsOf(field('text', ['like', 'contains', '=']))).toEqual(['=', 'contains']);
    expect(operatorsOf(field('date', ['in', '=', '<']))).toEqual(['=', '<']);
  });

  it('begin with what people mean', () => {
    expect(firstOperator(field('text', ['=', 'contains']))).toBe('contains');
    expect(firstOperator(field('select', ['=', 'in']))).toBe('in');
    expect(firstOperator(field('currency', ['<', '=']))).toBe('=');
    expect(firstOperator(field('address', ['is null']))).toBe('is null');
  });

  it('keep the value that still fits', () => {
    expect(keptValue('=', '!=', 'x')).toBe('x');
    expect(keptValue('=', 'in', 'x')).toEqual(['x']);
    expect(keptValue('in', '=', ['x', 'y'])).toBe('x');
    expect(keptValue('in', 'not in', ['x'])).toEqual(['x']);
    expect(keptValue('=', 'is null', 'x')).toBeUndefined();
  });
});
