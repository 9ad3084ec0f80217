/** Duplicate rules as the settings page keeps them, and how they are read and saved. */
import { useQueryClient } from '@tanstack/react-query';
import type { ConditionDraft } from '@/api/duplicates';
import { request } from '@/api/client';
import { keys } from '@/api/keys';
import { useMutation } from '@/api/mutation';
import { createRecord, useDataChanged } from '@/api/records';
import { useRecords } from '@/api/query';
import type { FieldMeta, Row, Values } from '@/api/types';

export type Match = ConditionDraft['match'];

export interface DuplicateRule {
  id?: string;
  name: string;
  name_en: string;
  object: string;
  action: string;
  scope: string;
  triggers: string[];
  include_pool: boolean;
  include_deleted: boolean;
  shown: string[];
  priority: number;
  active: boolean;
  description: string;
  groups: RuleGroup[];
  /** The stored conditions, which saving replaces. */
  conditionIds: string[];
}

export interface RuleGroup {
  compared: string;
  conditions: { field?: string; match: Match; other?: string; threshold: number }[];
}

export const THRESHOLD = 75;
export const MATCHES: Match[] = ['exact', 'company', 'fuzzy', 'phone', 'code'];

const WHOLE = new Set(['integer', 'decimal', 'currency', 'date', 'select', 'lookup', 'user', 'department']);
const TEXTS = new Set(['text', 'email', 'phone', 'url', 'auto_number']);

/** The ways in which values of a field can be compared. */
export function matchesFor(field: FieldMeta | undefined): Match[] {
  if (!field) return MATCHES;
  if (field.type === 'text') return MATCHES;
  if (field.type === 'phone') return ['phone', 'exact'];
  if (field.type === 'auto_number') return ['exact', 'code'];
  return TEXTS.has(field.type) || WHOLE.has(field.type) ? ['exact'] : [];
}

/** What a new condition on a field compares by. */
export function usualMatch(field: FieldMeta, nameField: string): Match {
  if (field.type === 'phone') return 'phone';
  if (field.name === nameField || field.name === 'company_name') return 'company';
  return 'exact';
}

export const newRule = (object: string): DuplicateRule => ({
  name: '', name_en: '', object, action: 'warn', scope: 'everything', triggers: ['create', 'edit', 'import', 'conversion', 'api', 'form'],
  include_pool: true, include_deleted: false, shown: [], priority: 10, active: true, description: '',
  groups: [{ compared: object, conditions: [{ match: 'exact', threshold: THRESHOLD }] }], conditionIds: [],
});

const listed = (text: unknown): string[] => {
  try {
    const found: unknown = typeof text === 'string' ? JSON.parse(text) : [];
    return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
};

/** All rules with their conditions. */
export function useDuplicateRules() {
  const rules = useRecords({
    object: 'duplicate_rule',
    fields: ['name', 'name_en', 'object_name', 'action', 'scope', 'triggers', 'include_pool', 'include_deleted', 'shown', 'priority', 'active', 'description'],
    order: [{ field: 'priority' }, { field: 'id' }],
    limit: 500,
  });
  const conditions = useRecords({
    object: 'duplicate_condition',
    fields: ['rule_id', 'group_number', 'field_name', 'match', 'compared_object', 'compared_field', 'threshold'],
    order: [{ field: 'group_number' }, { field: 'id' }],
    limit: 500,
  });
  const found = rules.data && conditions.data ? rules.data.rows.map((row) => ruleOf(row, conditions.data.rows.filter((one) => one.rule_id === row.id))) : undefined;
  return { data: found, error: rules.error ?? conditions.error, retry: () => { void rules.refetch(); void conditions.refetch(); } };
}

function ruleOf(row: Row, conditions: Row[]): DuplicateRule {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const numbers = [...new Set(conditions.map((one) => Number(one.group_number)))];
  return {
    id: row.id,
    name: text(row.name),
    name_en: text(row.name_en),
    object: text(row.object_name),
    action: text(row.action),
    scope: text(row.scope),
    triggers: Array.isArray(row.triggers) ? row.triggers.map(String) : [],
    include_pool: row.include_pool !== false,
    include_deleted: row.include_deleted === true,
    shown: listed(row.shown),
    priority: Number(row.priority ?? 10),
    active: row.active === true,
    description: text(row.description),
    conditionIds: conditions.map(({ id }) => id),
    groups: numbers.map((number) => {
      const mine = conditions.filter((one) => Number(one.group_number) === number);
      return {
        compared: text(mine[0]?.compared_object),
        conditions: mine.map((one) => ({ field: text(one.field_name), match: text(one.match) as Match, other: text(one.compared_field), threshold: Number(one.threshold ?? THRESHOLD) })),
      };
    }),
  };
}

/** The conditions of a rule that are complete, as the API takes them. */
export const drafts = (rule: DuplicateRule): ConditionDraft[] =>
  rule.groups.flatMap((group, place) =>
    group.conditions.flatMap(({ field, match, other, threshold }) =>
      field && other
        ? [{ group_number: place + 1, field_name: field, match, compared_object: group.compared, compared_field: other, ...(match === 'fuzzy' ? { threshold } : {}) }]
        : [],
    ),
  );

const valuesOf = (rule: DuplicateRule): Values => ({
  name: rule.name.trim(), name_en: rule.name_en.trim() || null, object_name: rule.object, action: rule.action, scope: rule.scope, triggers: rule.triggers,
  include_pool: rule.include_pool, include_deleted: rule.include_deleted, shown: rule.shown.length > 0 ? JSON.stringify(rule.shown) : null,
  priority: rule.priority, active: rule.active, description: rule.description.trim() || null,
});

/** Saves a rule with its conditions; a new one is stored first, and says nothing until its conditions are. */
export function useSaveRule() {
  const changed = useDataChanged();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (rule: DuplicateRule) => {
      const key = `rule_${Date.now().toString(36)}`;
      const id = rule.id ?? (await createRecord('duplicate_rule', { ...valuesOf(rule), key })).id;
      const rows = drafts(rule).map((one) => ({ values: { ...one, rule_id: id, object_name: rule.object } }));
      const batches = [
        ...(rule.id ? [{ object: 'duplicate_rule', action: 'update', rows: [{ id, values: valuesOf(rule) }] }] : []),
        ...(rule.conditionIds.length > 0 ? [{ object: 'duplicate_condition', action: 'delete', ids: rule.conditionIds }] : []),
        { object: 'duplicate_condition', action: 'create', rows },
      ];
      await request('POST', '/batches', { body: { batches } });
      return id;
    },
    onSettled: async () => {
      await changed();
      await client.invalidateQueries({ queryKey: keys.duplicateKeys });
    },
  });
}
