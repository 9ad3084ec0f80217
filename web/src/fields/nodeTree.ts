import type { TreeNode } from '@/api/dimensions';

/** A node with those below it, as trees of Ant Design take them. */
export interface Branch {
  key: string;
  value: string;
  title: string;
  disabled: boolean;
  node: TreeNode;
  children: Branch[];
}

const inOrder = (a: TreeNode, b: TreeNode): number =>
  (a.order_number ?? 1e9) - (b.order_number ?? 1e9) || a.name.localeCompare(b.name, 'zh');

/** The nodes as a tree. One whose parent is not among them stands at the top, so that none is lost. */
export function treeOf(nodes: TreeNode[], isBarred: (node: TreeNode) => boolean = () => false): Branch[] {
  const known = new Set(nodes.map((node) => node.id));
  const below = new Map<string | null, TreeNode[]>();
  for (const node of [...nodes].sort(inOrder)) {
    const parent = node.parent_id !== null && known.has(node.parent_id) ? node.parent_id : null;
    below.set(parent, [...(below.get(parent) ?? []), node]);
  }
  const grow = (parent: string | null): Branch[] =>
    (below.get(parent) ?? []).map((node) => ({
      key: node.id, value: node.id, title: node.name, disabled: isBarred(node), node, children: grow(node.id),
    }));
  return grow(null);
}

/** The ids of a node and all those below it: where it cannot be moved to. */
export function withBelow(nodes: TreeNode[], id: string): Set<string> {
  const found = new Set([id]);
  let before = 0;
  while (found.size > before) {
    before = found.size;
    for (const node of nodes) if (node.parent_id !== null && found.has(node.parent_id)) found.add(node.id);
  }
  return found;
}

/** What changes when `moved` comes to stand below `parent`, in front of `next` (null: at the end). */
export function moved(nodes: TreeNode[], id: string, parent: string | null, next: string | null): { id: string; values: Record<string, unknown> }[] {
  const siblings = nodes.filter((node) => node.parent_id === parent && node.id !== id).sort(inOrder).map((node) => node.id);
  const at = next === null ? -1 : siblings.indexOf(next);
  siblings.splice(at < 0 ? siblings.length : at, 0, id);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return siblings.flatMap((one, order) => {
    const node = byId.get(one);
    const values: Record<string, unknown> = {};
    if (node?.order_number !== order) values.order_number = order;
    if (one === id && node?.parent_id !== parent) values.parent_id = parent;
    return Object.keys(values).length > 0 ? [{ id: one, values }] : [];
  });
}
