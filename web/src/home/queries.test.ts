import { describe, expect, it } from 'vitest';
import { buildModel } from '@/api/metadata';
import type { FieldMeta, ObjectMeta } from '@/api/types';
import { closingFilter, dealsThrough, funnelQuery, lacksAmounts, openFilter, passedThrough, salesOf, stageFigures, together, winRate } from './queries';

const label = { zh: '', en: '' };
const field = (name: string, more: Partial<FieldMeta> = {}): FieldMeta => ({ name, type: 'text', label, access: 'edit', operators: [], ...more });
const stage = field('stage', {
  type: 'select',
  options: [['new', 'open'], ['talk', 'open'], ['won', 'won'], ['lost', 'lost']].map(([value = '', outcome]) => ({ value, label, attributes: { outcome } })),
});
const object = (fields: FieldMeta[]): ObjectMeta => ({
  name: 'opportunity', label, plural: label, name_field: 'name', stage_field: 'stage', amount_field: 'amount', actions: ['read'], fields,
  layout: { highlights: [], sections: [], related: [] },
});
const modelOf = (fields: FieldMeta[]) => buildModel({ version: 1, objects: [object(fields)] }).object('opportunity');
const sales = salesOf(modelOf([field('name'), stage, field('amount', { type: 'currency' }), field('close_date', { type: 'date' })]));

describe('the home page', () => {
  it('reads the outcomes of the stages from the metadata', () => {
    expect(sales).toMatchObject({ open: ['new', 'talk'], won: ['won'], lost: ['lost'] });
  });

  it('has no sales where the reader may not see the stage', () => {
    expect(salesOf(modelOf([field('name'), field('amount'), field('close_date')]))).toBeNull();
    expect(salesOf(undefined)).toBeNull();
  });

  it('asks for everything or for one\'s own', () => {
    if (!sales) throw new Error('no sales');
    expect(funnelQuery(sales, false).filter).toBeNull();
    expect(funnelQuery(sales, true).filter).toEqual({ and: [{ field: 'owner_id', op: '=', value: { me: true } }] });
    expect(closingFilter(sales, false)).toMatchObject({ and: [{ op: 'in', value: ['new', 'talk'] }, { op: '>=' }, { op: '<=' }] });
  });

  it('leaves out what is on hold, where there is such a thing', () => {
    const outcome = field('outcome', { type: 'select', options: [{ value: 'open', label }, { value: 'on_hold', label }] });
    const resting = salesOf(modelOf([field('name'), stage, outcome, field('amount', { type: 'currency' }), field('close_date', { type: 'date' })]));
    if (!resting) throw new Error('no sales');
    const none = { not: { field: 'outcome', op: '=', value: 'on_hold' } };
    expect(funnelQuery(resting, false).filter).toEqual({ and: [none] });
    expect(openFilter(resting, false)).toEqual({ and: [{ field: 'stage', op: 'in', value: ['new', 'talk'] }, none] });
    expect(closingFilter(resting, false)).toMatchObject({ and: [{ op: 'in' }, { op: '>=' }, { op: '<=' }, none] });
  });

  it('has a figure for each stage, with zeros where there is nothing', () => {
    const figures = stageFigures([{ stage: 'won', count: 2, total: '10.50' }, { stage: 'new', count: 1, total: '3' }], stage);
    expect(figures.map((f) => [f.value, f.count, f.total])).toEqual([['new', 1, '3'], ['talk', 0, '0'], ['won', 2, '10.50'], ['lost', 0, '0']]);
    expect(together(figures, ['new', 'won'])).toEqual({ count: 3, total: '13.50' });
    expect(passedThrough(figures.slice(0, 3))).toEqual(['13.50', '10.50', '10.50']);
  });

  it('draws by deals where a stage has deals without an amount', () => {
    const figures = [{ value: 'new', count: 5, total: '0' }, { value: 'talk', count: 3, total: '0.00' }, { value: 'won', count: 2, total: '70.00' }];
    expect(lacksAmounts(figures)).toBe(true);
    expect(dealsThrough(figures)).toEqual([10, 5, 2]);
    expect(lacksAmounts([{ value: 'new', count: 0, total: '0' }, { value: 'won', count: 2, total: '70.00' }])).toBe(false);
  });

  it('rates won of closed', () => {
    expect(winRate(4238, 2473)).toBe('63.2');
    expect(winRate(0, 5)).toBe('0.0');
    expect(winRate(0, 0)).toBeNull();
  });
});
