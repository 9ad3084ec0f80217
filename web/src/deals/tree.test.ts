import { describe, expect, it } from 'vitest';
import { sumsBelow, type TreeNode } from './tree';

const node = (open: string | null, won: string | null, ...children: TreeNode[]): TreeNode => ({ id: String(open), name: '', open, won, children });

describe('a group of accounts', () => {
  it('adds up what is open and won at all levels, exactly', () => {
    expect(sumsBelow(node('0.10', null, node('0.20', '5'), node(null, null, node('1', '0.5'))))).toEqual({ open: '1.30', won: '5.5' });
  });
});
