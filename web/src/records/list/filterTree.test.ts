import { describe, expect, it } from 'vitest';
import type { FilterJson } from '@/api/types';
import { allOf, countRules, emptyGroup, emptyRule, fromJson, isComplete, replaceNode, toJson, type Rule } from './filterTree';

const rule = (field: string, op: Rule['op'], value?: Rule['value']): Rule => ({ ...emptyRule(field), op, value });

describe('a filter on its way to JSON', () => {
  it('says nothing while no rule is complete', () => {
    expect(toJson(emptyGroup())).toBeNull();
    expect(toJson(emptyGroup('and', [emptyRule(), rule('stage', 'in', [])]))).toBeNull();
    expect(toJson(emptyGroup('and', [emptyGroup('or', [emptyRule()])]))).toBeNull();
  });

  it('keeps a single rule bare and joins several', () => {
    const one = rule('stage', '=', 'won');
    expect(toJson(emptyGroup('or', [one]))).toEqual({ field: 'stage', op: '=', value: 'won' });
    expect(toJson(emptyGroup('or', [one, rule('amount', '>', '100.10')]))).toEqual({
      or: [{ field: 'stage', op: '=', value: 'won' }, { field: 'amount', op: '>', value: '100.10' }],
    });
  });

  it('leaves out the value of tests for blank, and unfinished rules beside finished ones', () => {
    expect(toJson(emptyGroup('and', [rule('account_id', 'is null', 'left over'), rule('name', 'contains', '')]))).toEqual({ field: 'account_id', op: 'is null' });
  });

  it('negates groups', () => {
    const group = { ...emptyGroup('or', [rule('a', '=', 1), rule('b', '=', 2)]), negated: true };
    expect(toJson(group)).toEqual({ not: { or: [{ field: 'a', op: '=', value: 1 }, { field: 'b', op: '=', value: 2 }] } });
  });

  it.each([0, false])('counts %s as a value', (value) => {
    expect(isComplete(rule('x', '=', value))).toBe(true);
  });
});

const STORED: FilterJson[] = [
  { field: 'stage', op: 'in', value: ['won', 'lost'] },
  { and: [{ field: 'owner_id', op: '=', value: { me: true } }, { field: 'close_date', op: '=', value: { relative: 'LAST_N_DAYS', count: 30 } }] },
  { or: [{ and: [{ field: 'a', op: '=', value: 1 }, { field: 'account.industry', op: '!=', value: 'x' }] }, { not: { field: 'b', op: 'is not null' } }] },
  { not: { or: [{ field: 'a', op: '=', value: 1 }, { field: 'b', op: '<=', value: '2.50' }] } },
  { not: { not: { field: 'a', op: '=', value: true } } },
];

describe('a stored filter', () => {
  it.each(STORED.map((json) => [JSON.stringify(json), json] as const))('comes back as it was: %s', (_, json) => {
    expect(toJson(fromJson(json))).toEqual(json);
  });

  it('has a group as root, so that rules can be added', () => {
    expect(fromJson(null)).toMatchObject({ kind: 'group', items: [] });
    expect(fromJson({ field: 'a', op: '=', value: 1 })).toMatchObject({ kind: 'group', join: 'and', items: [{ kind: 'rule', field: 'a' }] });
  });

  it('counts its finished rules at every depth', () => {
    expect(countRules(fromJson(STORED[2]))).toBe(3);
  });
});

describe('changing the tree', () => {
  it('replaces and removes nodes at every depth and leaves the others alone', () => {
    const deep = rule('deep', '=', 1);
    const other = rule('other', '=', 2);
    const root = emptyGroup('and', [other, emptyGroup('or', [deep])]);
    expect(toJson(replaceNode(root, deep.key, { ...deep, value: 9 }))).toEqual({
      and: [{ field: 'other', op: '=', value: 2 }, { field: 'deep', op: '=', value: 9 }],
    });
    expect(toJson(replaceNode(root, deep.key, null))).toEqual({ field: 'other', op: '=', value: 2 });
    expect(root.items[0]).toBe(other);
  });

  it('joins filters of different origin', () => {
    const a: FilterJson = { field: 'a', op: '=', value: 1 };
    expect(allOf(null, undefined)).toBeNull();
    expect(allOf(a, null)).toBe(a);
    expect(allOf(a, a)).toEqual({ and: [a, a] });
  });
});
