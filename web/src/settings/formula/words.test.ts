import { describe, expect, it } from 'vitest';
import { insideText, matches, rangeOf, typedBefore } from './words';

describe('what is typed in a formula', () => {
  it('is the name before the cursor with the lookups it has walked', () => {
    expect(typedBefore('amount + acc')).toEqual({ steps: [], start: 'acc', from: 9 });
    expect(typedBefore('account.owner.na')).toEqual({ steps: ['account', 'owner'], start: 'na', from: 14 });
    expect(typedBefore('account.')).toEqual({ steps: ['account'], start: '', from: 8 });
    expect(typedBefore('IF(客户')).toEqual({ steps: [], start: '客户', from: 3 });
    expect(typedBefore('$user.')).toEqual({ steps: ['$user'], start: '', from: 6 });
    expect(typedBefore('1 + 2')).toBeNull();
    expect(typedBefore('amount + ')).toBeNull();
  });

  it('is nothing inside a text or a comment', () => {
    expect(typedBefore('IF(stage = "won')).toBeNull();
    expect(typedBefore('IF(stage = “赢单')).toBeNull();
    expect(typedBefore('amount // the am')).toBeNull();
    expect(typedBefore('"a" & na')).toEqual({ steps: [], start: 'na', from: 6 });
    expect(insideText('"a\\"b')).toBe(true);
    expect(insideText('// note\nam')).toBe(false);
  });
});

describe('finding a name', () => {
  it('puts those that begin with it before those that have it somewhere', () => {
    expect(matches('am', ['amount', '金额'])).toBe(3);
    expect(matches('额', ['amount', '金额'])).toBe(2);
    expect(matches('x', ['amount', '金额'])).toBe(0);
    expect(matches('', ['amount'])).toBe(1);
  });
});

describe('the place of a fault', () => {
  it('counts characters as the server does', () => {
    expect(rangeOf('"𠮷" + x', 6, 1)).toEqual({ from: 7, to: 8 });
    expect(rangeOf('a + b', 4, 1)).toEqual({ from: 4, to: 5 });
  });

  it('is the last sign where the text ends too early, and the whole where none is named', () => {
    expect(rangeOf('1 +', 3, 0)).toEqual({ from: 2, to: 3 });
    expect(rangeOf('1 +', null, null)).toEqual({ from: 0, to: 3 });
  });
});
