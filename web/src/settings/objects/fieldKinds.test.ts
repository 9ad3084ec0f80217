import { describe, expect, it } from 'vitest';
import type { FieldBody } from '@/api/definitions';
import { calculatedBy, isMeant, keptFormula } from './fieldKinds';

const field = (part: Partial<FieldBody>): FieldBody => ({ name: 'x', type: 'text', label: { zh: '', en: '' }, ...part });

describe('what people look for', () => {
  it('is found by the words of other products', () => {
    expect(isMeant('formula', '公式', '计算')).toBe(true);
    expect(isMeant('select', '单选', 'Picklist')).toBe(true);
    expect(isMeant('boolean', '是/否', '复选框')).toBe(true);
    expect(isMeant('date', '日期', '复选框')).toBe(false);
  });
});

describe('a calculated field', () => {
  it('takes a usual type where its own cannot be calculated', () => {
    expect(calculatedBy(field({}), 'formula')).toMatchObject({ type: 'decimal', formula: '' });
    expect(calculatedBy(field({ type: 'select', options: [] }), 'summary')).toMatchObject({ type: 'integer', summary: { function: 'count' } });
    expect(calculatedBy(field({ type: 'date', required: true }), 'formula')).toEqual(field({ type: 'date', formula: '' }));
  });
  it('keeps its formula in another type that can have one', () => {
    const made = field({ type: 'decimal', formula: 'amount * 2' });
    expect(keptFormula(made, 'currency')).toEqual({ formula: 'amount * 2' });
    expect(keptFormula(made, 'lookup')).toEqual({});
    expect(keptFormula(field({}), 'currency')).toEqual({});
  });
});
