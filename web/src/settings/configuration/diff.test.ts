import { describe, expect, it } from 'vitest';
import { diffRows } from './diff';

describe('two texts side by side', () => {
  it('puts a changed line beside what it was and folds what is the same', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].join('\n');
    const after = ['a', 'b', 'c', 'd', 'e', 'f', 'G', 'h'].join('\n');
    expect(diffRows(before, after)).toEqual([
      { kind: 'gap', count: 3 },
      { kind: 'same', left: 'd', right: 'd' },
      { kind: 'same', left: 'e', right: 'e' },
      { kind: 'same', left: 'f', right: 'f' },
      { kind: 'changed', left: 'g', right: 'G' },
      { kind: 'same', left: 'h', right: 'h' },
    ]);
  });

  it('tells a new thing as added lines and a removed one as removed lines', () => {
    expect(diffRows('', 'x\ny\n')).toEqual([{ kind: 'added', right: 'x' }, { kind: 'added', right: 'y' }]);
    expect(diffRows('x\n', '')).toEqual([{ kind: 'removed', left: 'x' }]);
  });

  it('finds a line put in between', () => {
    expect(diffRows('a\nb\n', 'a\nnew\nb\n')).toEqual([
      { kind: 'same', left: 'a', right: 'a' },
      { kind: 'added', right: 'new' },
      { kind: 'same', left: 'b', right: 'b' },
    ]);
  });

  it('is nothing but a gap where nothing differs', () => {
    expect(diffRows('a\nb\n', 'a\nb\n')).toEqual([{ kind: 'gap', count: 2 }]);
  });
});
