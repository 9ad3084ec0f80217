import { describe, expect, it } from 'vitest';
import type { Department } from '@/api/departments';
import { findNode, idsWithin, narrowed, pathTo, treeOf } from './tree';

const department = (id: string, parent: string | null, people = 0, head = ''): Department =>
  ({ id, version: 1, name: `部门${id}`, parent, head: head ? { id: `u${id}`, name: head } : null, active: true, type: null, people });

const all = [department('1', null, 2), department('2', '1', 3, '李强'), department('3', '2', 4), department('4', '1'), department('5', '99', 1)];

describe('the tree of departments', () => {
  it('counts people and departments below, and shows orphans at the top', () => {
    const roots = treeOf(all);
    expect(roots.map(({ id }) => id)).toEqual(['1', '5']);
    expect(findNode(roots, '1')).toMatchObject({ whole: 9, below: 3 });
    expect(findNode(roots, '2')).toMatchObject({ whole: 7, below: 1 });
    expect([findNode(roots, '2')].flatMap((node) => (node ? idsWithin(node) : []))).toEqual(['2', '3']);
    expect(findNode(roots, '7')).toBeUndefined();
  });

  it('finds the way from the top, even where there is a circle', () => {
    expect(pathTo(all, '3').map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(pathTo([department('a', 'b'), department('b', 'a')], 'a').map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('narrows to matches by name or head, with what leads to them', () => {
    const roots = treeOf(all);
    expect(narrowed(roots, ' ')).toBe(roots);
    expect(narrowed(roots, '李强').map(({ id, children }) => [id, children.map((child) => child.id)])).toEqual([['1', ['2']]]);
    expect(narrowed(roots, '部门3')[0]?.children[0]?.children.map(({ id }) => id)).toEqual(['3']);
    expect(narrowed(roots, 'nothing')).toEqual([]);
  });
});
