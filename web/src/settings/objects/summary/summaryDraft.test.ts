import { describe, expect, it } from 'vitest';
import type { SummaryChild } from '@/api/summaries';
import { bodyOf, changed, draftOf, fieldsFor, typesOf } from './summaryDraft';

const label = { zh: '甲', en: 'A' };
const children: SummaryChild[] = [
  {
    object: 'opportunity',
    label,
    plural: label,
    field: 'account_id',
    field_label: label,
    fields: [
      { name: 'amount', label, type: 'currency', results: { sum: ['currency'], average: ['currency'], min: ['currency'], max: ['currency'] } },
      { name: 'close_date', label, type: 'date', results: { sum: [], average: [], min: ['date'], max: ['date'] } },
    ],
  },
  { object: 'contact', label, plural: label, field: 'account_id', field_label: label, fields: [] },
];
const won = { field: 'stage', op: '=' as const, value: 'won' };

describe('a roll-up while it is set up', () => {
  it('says nothing until children and, but for a count, a field are chosen', () => {
    expect(bodyOf(draftOf(), children)).toBeUndefined();
    const counted = changed(draftOf(), { child: 'opportunity.account_id' }, children);
    expect(bodyOf(counted, children)).toEqual({ object: 'opportunity', field: 'account_id', function: 'count' });
    expect(bodyOf(changed(counted, { function: 'sum' }, children), children)).toBeUndefined();
  });

  it('offers the fields of which the function makes something', () => {
    expect(fieldsFor(children[0], 'sum').map(({ name }) => name)).toEqual(['amount']);
    expect(fieldsFor(children[0], 'max').map(({ name }) => name)).toEqual(['amount', 'close_date']);
    expect(fieldsFor(children[0], 'count')).toEqual([]);
  });

  it('forgets what does not fit another choice', () => {
    const draft = draftOf({ object: 'opportunity', field: 'account_id', function: 'max', of: 'close_date', where: won });
    expect(changed(draft, { function: 'sum' }, children).of).toBeUndefined();
    expect(changed(draft, { function: 'min' }, children)).toMatchObject({ of: 'close_date', where: won });
    expect(changed(draft, { child: 'contact.account_id' }, children)).toMatchObject({ of: undefined, where: null });
  });

  it('gives back the body that it was made of, and the types that it takes', () => {
    const body = { object: 'opportunity', field: 'account_id', function: 'sum' as const, of: 'amount', where: won };
    expect(bodyOf(draftOf(body), children)).toEqual(body);
    expect(typesOf(body, children)).toEqual(['currency']);
    expect(typesOf({ object: 'contact', field: 'account_id', function: 'count' }, children)).toEqual(['integer']);
    expect(typesOf(undefined, children)).toEqual([]);
  });
});
