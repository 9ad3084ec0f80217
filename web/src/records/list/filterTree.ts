/** The filter while it is being built: groups and rules with keys, and its way to and from the JSON of the API. */
import type { FilterJson, FilterValue, Operator } from '@/api/types';

export interface Rule {
  kind: 'rule';
  key: string;
  field: string | undefined;
  op: Operator | undefined;
  value: FilterValue | undefined;
}

export interface Group {
  kind: 'group';
  key: string;
  join: 'and' | 'or';
  negated: boolean;
  items: Node[];
}

export type Node = Rule | Group;

let lastKey = 0;
const newKey = (): string => `f${String(++lastKey)}`;

export const emptyRule = (field?: string): Rule => ({ kind: 'rule', key: newKey(), field, op: undefined, value: undefined });

export const emptyGroup = (join: 'and' | 'or' = 'and', items: Node[] = []): Group => ({ kind: 'group', key: newKey(), join, negated: false, items });

const needsNoValue = (op: Operator): boolean => op === 'is null' || op === 'is not null';

/** True when the rule says something: a field, an operator, and a value where the operator wants one. */
export function isComplete(rule: Rule): boolean {
  if (!rule.field || !rule.op) return false;
  if (needsNoValue(rule.op)) return true;
  return rule.value !== undefined && rule.value !== '' && !(Array.isArray(rule.value) && rule.value.length === 0);
}

function nodeToJson(node: Node): FilterJson | null {
  if (node.kind === 'rule') {
    if (!isComplete(node) || !node.field || !node.op) return null;
    return needsNoValue(node.op) ? { field: node.field, op: node.op } : { field: node.field, op: node.op, value: node.value };
  }
  const items = node.items.map(nodeToJson).filter((item): item is FilterJson => item !== null);
  const first = items[0];
  if (first === undefined) return null;
  const joined: FilterJson = items.length === 1 ? first : node.join === 'and' ? { and: items } : { or: items };
  return node.negated ? { not: joined } : joined;
}

/** The filter of the API; null when nothing is asked for. Incomplete rules and empty groups are left out. */
export const toJson = (root: Group): FilterJson | null => nodeToJson(root);

function nodeFromJson(json: FilterJson): Node {
  if ('and' in json) return emptyGroup('and', json.and.map(nodeFromJson));
  if ('or' in json) return emptyGroup('or', json.or.map(nodeFromJson));
  if ('not' in json) {
    const inner = nodeFromJson(json.not);
    if (inner.kind === 'group' && !inner.negated) return { ...inner, negated: true };
    return { ...emptyGroup('and', [inner]), negated: true };
  }
  return { kind: 'rule', key: newKey(), field: json.field, op: json.op, value: json.value };
}

/** The tree of a stored filter; its root is always a group, so that rules can be added. */
export function fromJson(json: FilterJson | null | undefined): Group {
  if (!json) return emptyGroup();
  const node = nodeFromJson(json);
  return node.kind === 'group' ? node : emptyGroup('and', [node]);
}

/** The tree with the node of `key` replaced, or taken out when `next` is null. */
export function replaceNode(group: Group, key: string, next: Node | null): Group {
  return {
    ...group,
    items: group.items.flatMap((item): Node[] => {
      if (item.key === key) return next ? [next] : [];
      return [item.kind === 'group' ? replaceNode(item, key, next) : item];
    }),
  };
}

export const countRules = (node: Node): number =>
  node.kind === 'rule' ? (isComplete(node) ? 1 : 0) : node.items.reduce((sum, item) => sum + countRules(item), 0);

/** All given filters together; null when none says anything. */
export function allOf(...filters: (FilterJson | null | undefined)[]): FilterJson | null {
  const given = filters.filter((f): f is FilterJson => f !== null && f !== undefined);
  return given.length === 0 ? null : given.length === 1 ? (given[0] ?? null) : { and: given };
}
