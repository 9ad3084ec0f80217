import { expect, test } from 'vitest';
import { inTree } from './tree';

test('components stand below their bundle, in the order of the lines', () => {
  const rows = [['1', null], ['2', null], ['3', '1'], ['4', '3'], ['5', '1'], ['6', '99']].map(([id, parent]) => ({ id: String(id), version: 1, parent_line_id: parent ?? null }));
  expect(inTree(rows).map(({ row, depth }) => [row.id, depth])).toEqual([['1', 0], ['3', 1], ['4', 2], ['5', 1], ['2', 0], ['6', 0]]);
});
