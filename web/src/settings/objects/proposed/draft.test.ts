import { describe, expect, it } from 'vitest';
import type { FieldMeta, FilterJson } from '@/api/types';
import { agree, draftOf, EMPTY, whereOf } from './draft';

const same = (field: string, from: string) => ({ field, op: '=', value: { from } });
const parentOf = (path: string) => (path.endsWith('account_id') ? 'parent_id' : undefined);
const family = (from: string) => ({ or: [same('account_id', from), same('account.parent_id', from), same('account_id', from.replace(/_id$/, '.parent_id'))] });
const active = { field: 'active', op: '=', value: true };
const senior = { or: [{ field: 'level', op: 'in', value: ['a', 'b'] }, { field: 'title', op: 'contains', value: '总' }] };

describe('what a lookup proposes, as a form', () => {
  it.each([
    ['one field', same('account_id', 'account_id'), { join: 'and', pairs: [{ field: 'account_id', from: 'account_id', related: false }], fixed: null }],
    ['what is above and below', family('opportunity.account_id'), { join: 'and', pairs: [{ field: 'account_id', from: 'opportunity.account_id', related: true }], fixed: null }],
    ['any of several', { or: [family('account_id'), same('region', 'region')] }, { join: 'or', pairs: [{ field: 'account_id', from: 'account_id', related: true }, { field: 'region', from: 'region', related: false }], fixed: null }],
    ['all of several', { and: [same('account_id', 'account_id'), same('region', 'region'), active] }, { join: 'and', pairs: [{ field: 'account_id', from: 'account_id', related: false }, { field: 'region', from: 'region', related: false }], fixed: active }],
    ['any of several and more', { and: [{ or: [same('region', 'region'), same('owner_id', 'owner_id')] }, active, senior] }, { join: 'or', pairs: [{ field: 'region', from: 'region', related: false }, { field: 'owner_id', from: 'owner_id', related: false }], fixed: { and: [active, senior] } }],
    ['conditions alone', active, { join: 'and', pairs: [], fixed: active }],
  ])('reads and writes %s', (_, where, draft) => {
    expect(draftOf(where, parentOf)).toEqual(draft);
    expect(whereOf(draft as unknown as typeof EMPTY, parentOf)).toEqual(where);
  });

  it('knows a family in whatever order it stands', () => {
    expect(draftOf({ or: family('account_id').or.toReversed() }, parentOf)?.pairs).toEqual([{ field: 'account_id', from: 'account_id', related: true }]);
  });

  it.each([
    ['another comparison', { field: 'level', op: '>=', value: { from: 'level' } }],
    ['an exception', { not: same('account_id', 'account_id') }],
    ['something fixed as one of several', { or: [same('account_id', 'account_id'), active] }],
    ['two of the three of a family', { and: [{ or: [same('account_id', 'account_id'), { and: [same('region', 'region'), active] }] }, active] }],
  ])('leaves alone what it cannot say: %s', (_, where) => {
    expect(draftOf(where, parentOf)).toBeUndefined();
  });

  it('says nothing before both halves of a pair are there', () => {
    expect(whereOf(EMPTY, parentOf)).toBeUndefined();
    expect(whereOf({ ...EMPTY, pairs: [{ field: 'region', related: false }], fixed: active as FilterJson }, parentOf)).toEqual(active);
  });

  it('compares what can be the same', () => {
    const field = (type: FieldMeta['type'], more: Partial<FieldMeta> = {}) => ({ name: 'a', type, label: { zh: '', en: '' }, access: 'edit', operators: [], ...more }) as FieldMeta;
    const select = (...values: string[]) => field('select', { options: values.map((value) => ({ value, label: { zh: '', en: '' } })) });
    expect(agree(field('lookup', { target: 'account' }), field('master_detail', { target: 'account' }))).toBe(true);
    expect(agree(field('lookup', { target: 'account' }), field('lookup', { target: 'contact' }))).toBe(false);
    expect(agree(field('lookup', { target: 'account' }), field('text'))).toBe(false);
    expect(agree(select('a', 'b'), select('b'))).toBe(true);
    expect(agree(select('a'), select('b'))).toBe(false);
    expect(agree(field('text'), field('text'))).toBe(true);
  });
});
