import { describe, expect, it } from 'vitest';
import type { ImportProblem } from '@/api/imports';
import type { FieldMeta } from '@/api/types';
import { isKnown, unknownTexts } from './choices';
import { isNumber, likelyNumberForm, numberForm, type NumberForm } from './numbers';
import { reasonOf, unknownTextsOf } from './problems';
import { fillTemplate } from './template';

const problem = (more: Partial<ImportProblem>): ImportProblem => ({ row: 2, column: null, field: null, value: null, code: 'x', detail: '', ...more });

describe('numbers of a file', () => {
  it('are recognised in the form that all samples have', () => {
    expect(likelyNumberForm(['1054', '-12.5', '¥ 7'])).toBe('plain');
    expect(likelyNumberForm(['1,054', '12'])).toBe('comma');
    expect(likelyNumberForm(['1.054,50', '12'])).toBe('continental');
    expect(likelyNumberForm(['1054,5'])).toBe('decimal-comma');
    expect(likelyNumberForm(['1 054,50'])).toBe('spaced');
    expect(likelyNumberForm([])).toBe('plain');
    expect(likelyNumberForm(['about ten'])).toBe('plain');
  });

  it('must be grouped by three', () => {
    expect(isNumber('1,05', numberForm('comma') as NumberForm)).toBe(false);
  });
});

describe('choices of a field', () => {
  const stage: FieldMeta = {
    name: 'stage', type: 'select', label: { zh: '', en: '' }, access: 'edit', operators: [],
    options: [{ value: 'won', label: { zh: '赢单', en: 'Closed won' } }, { value: 'lost', label: { zh: '输单', en: 'Lost' } }],
  };

  it('are known by value and label, without regard to case and width', () => {
    expect(unknownTexts(stage, ['WON', '赢单', 'closed  Won', 'Ｌｏｓｔ', 'Pending'])).toEqual(['Pending']);
    expect(isKnown({ ...stage, type: 'multi_select' }, 'won；输单')).toBe(true);
    expect(isKnown({ ...stage, type: 'multi_select' }, 'won, what')).toBe(false);
  });

  it('are words for yes and no where the field is that', () => {
    expect(unknownTexts({ ...stage, type: 'boolean' }, ['是', 'N', 'maybe'])).toEqual(['maybe']);
    expect(unknownTexts({ ...stage, type: 'text' }, ['anything'])).toEqual([]);
  });
});

describe('problems of rows', () => {
  it('are told without the column and cell that stand beside them', () => {
    expect(reasonOf(problem({ column: 'product', value: 'GTX]Pro', detail: '[product = GTX]Pro] 没有这个产品。' }))).toBe('没有这个产品。');
    expect(reasonOf(problem({ column: 'product', detail: '[product] 单元格为空。' }))).toBe('单元格为空。');
    expect(reasonOf(problem({ detail: '已存在。' }))).toBe('已存在。');
  });

  it('gather unknown texts by column, most frequent first', () => {
    const lookup = (value: string) => problem({ column: 'product', value, code: 'transfer.lookup_none', detail: `[product = ${value}] 没有。` });
    expect(unknownTextsOf([lookup('A'), lookup('B'), lookup('B'), problem({ column: 'n', value: 'x', code: 'transfer.number' })])).toEqual([
      { column: 'product', text: 'B', rows: 2, reason: '没有。' },
      { column: 'product', text: 'A', rows: 1, reason: '没有。' },
    ]);
  });
});

describe('a template', () => {
  it('is filled from a row; what is optional goes when its column is blank', () => {
    expect(fillTemplate('{product}[ · {account}]', { product: 'GTX', account: 'Isdom' })).toBe('GTX · Isdom');
    expect(fillTemplate('{product}[ · {account}]', { product: 'GTX', account: '' })).toBe('GTX');
    expect(fillTemplate('{product|upper} {x}', { product: 'GTX' })).toBe('GTX');
    expect(fillTemplate('Deal {product}', { product: '' })).toBe('');
  });
});
