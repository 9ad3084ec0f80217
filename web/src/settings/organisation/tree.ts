import type { Department } from '@/api/departments';

export interface Node extends Department {
  children: Node[];
  /** People of it and of everything below it. */
  whole: number;
  /** Departments below it, at any depth. */
  below: number;
}

/** The departments as trees, in their order. One whose parent is not among them (it may not be seen) stands at the top. */
export function treeOf(departments: Department[]): Node[] {
  const nodes = new Map(departments.map((one): [string, Node] => [one.id, { ...one, children: [], whole: one.people, below: 0 }]));
  const roots: Node[] = [];
  for (const node of nodes.values()) {
    const above = node.parent === null ? undefined : nodes.get(node.parent);
    (above ? above.children : roots).push(node);
  }
  const add = (node: Node): void => {
    for (const child of node.children) {
      add(child);
      node.whole += child.whole;
      node.below += child.below + 1;
    }
  };
  roots.forEach(add);
  return roots;
}

/** The node and all above it, from the top. */
export function pathTo(departments: Department[], id: string): Department[] {
  const byId = new Map(departments.map((one) => [one.id, one]));
  const path: Department[] = [];
  for (let at = byId.get(id); at && !path.includes(at); at = at.parent === null ? undefined : byId.get(at.parent)) path.unshift(at);
  return path;
}

/** The ids of a node and of all below it. */
export const idsWithin = (node: Node): string[] => [node.id, ...node.children.flatMap(idsWithin)];

export function findNode(roots: Node[], id: string | undefined): Node | undefined {
  for (const root of roots) {
    const found = root.id === id ? root : findNode(root.children, id);
    if (found) return found;
  }
  return undefined;
}

/** What is left of the trees when only matches and what leads to them is shown. */
export function narrowed(roots: Node[], text: string): Node[] {
  const sought = text.trim().toLowerCase();
  if (sought === '') return roots;
  return roots.flatMap((root) => {
    const children = narrowed(root.children, text);
    const matches = root.name.toLowerCase().includes(sought) || (root.head?.name ?? '').toLowerCase().includes(sought);
    return matches || children.length > 0 ? [{ ...root, children }] : [];
  });
}
