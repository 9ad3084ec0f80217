/** The group of an account as a tree, read level by level with ordinary queries: what one may not see is not in it. */
import { runQuery } from '@/api/query';
import type { Row } from '@/api/types';
import { plain, sumOf } from '@/i18n/decimal';

export const TREE_MAX = 200;
const DEPTH = 12;

export interface TreeNode {
  id: string;
  name: string;
  open: string | null;
  won: string | null;
  children: TreeNode[];
}

export interface AccountGroup {
  root: TreeNode;
  self: TreeNode;
  /** There are more accounts below than are read. */
  cut: boolean;
}

const amount = (value: unknown): string | null => (typeof value === 'string' ? plain(value) : null);

const nodeOf = (row: Row): TreeNode => ({ id: row.id, name: String(row.name ?? `#${row.id}`), open: amount(row.open_amount), won: amount(row.won_amount), children: [] });

/** From the account up to the first above it that one may see no parent of, and from there down to all below. */
export async function readTree(record: Row, fields: string[], signal?: AbortSignal): Promise<AccountGroup> {
  const asked = ['name', 'parent_id', ...fields];
  const read = (field: string, ids: string[]) => runQuery({ object: 'account', fields: asked, filter: { field, op: 'in', value: ids }, order: [{ field: 'name' }], limit: TREE_MAX }, signal).then((page) => page.rows);
  const self = nodeOf(record);
  const line = [self];
  for (let parent = record.parent_id; typeof parent === 'string' && line.length < DEPTH && line.every((node) => node.id !== parent);) {
    const [row] = await read('id', [parent]);
    if (!row) break;
    line.unshift(nodeOf(row));
    parent = row.parent_id;
  }
  const root = line[0] ?? self;
  const ours = new Map(line.map((node) => [node.id, node]));
  const seen = new Set([root.id]);
  let cut = false;
  for (let level = [root], n = 0; level.length > 0 && n < 2 * DEPTH; n += 1) {
    const byId = new Map(level.map((node) => [node.id, node]));
    const rows = (await read('parent_id', [...byId.keys()])).filter((row) => !seen.has(row.id));
    cut ||= rows.length + seen.size > TREE_MAX;
    level = rows.slice(0, Math.max(0, TREE_MAX - seen.size)).map((row) => {
      const node = ours.get(row.id) ?? nodeOf(row);
      seen.add(row.id);
      byId.get(String(row.parent_id))?.children.push(node);
      return node;
    });
    // However many there are beside it, the way down to the account itself is shown.
    const next = line[n + 1];
    if (next && !seen.has(next.id)) {
      seen.add(next.id);
      line[n]?.children.push(next);
      level.push(next);
    }
  }
  return { root, self, cut };
}

/** What is open and won at a node and all below it. */
export function sumsBelow(node: TreeNode): { open: string; won: string } {
  const below = node.children.map(sumsBelow);
  return { open: sumOf([node.open, ...below.map((one) => one.open)]), won: sumOf([node.won, ...below.map((one) => one.won)]) };
}
