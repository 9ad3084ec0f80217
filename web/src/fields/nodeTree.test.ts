import { describe, expect, it } from 'vitest';
import type { TreeNode } from '@/api/dimensions';
import { moved, treeOf, withBelow } from './nodeTree';

const node = (id: string, parent_id: string | null, order_number: number | null = null): TreeNode =>
  ({ id, version: 1, name: id, parent_id, active: true, order_number });

const NODES = [node('b', null, 1), node('a', null, 0), node('c', 'a', 0), node('d', 'c'), node('lost', 'gone')];

describe('a tree of nodes', () => {
  it('stands in order, and loses no node whose parent is not there', () => {
    const tree = treeOf(NODES);
    expect(tree.map((branch) => branch.key)).toEqual(['a', 'b', 'lost']);
    expect(tree[0]?.children[0]?.children.map((branch) => branch.key)).toEqual(['d']);
  });

  it('knows where a node cannot go', () => {
    expect([...withBelow(NODES, 'a')].sort()).toEqual(['a', 'c', 'd']);
  });

  it('moves a node in front of another, and numbers only those that change', () => {
    expect(moved(NODES, 'd', null, 'b')).toEqual([
      { id: 'd', values: { order_number: 1, parent_id: null } },
      { id: 'b', values: { order_number: 2 } },
    ]);
    expect(moved(NODES, 'b', 'a', null)).toEqual([{ id: 'b', values: { parent_id: 'a' } }]);
    expect(moved(NODES, 'a', null, 'b')).toEqual([]);
  });
});
