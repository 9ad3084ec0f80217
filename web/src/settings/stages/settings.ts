/** The stages of an object while they are set: drafts of a stage, of its rule and of its tasks, and what saving writes. */
import type { ObjectModel } from '@/api/metadata';
import { createRecord, deleteRecord, updateRecord } from '@/api/records';
import type { Option, Row, Values } from '@/api/types';
import { ANY_TYPE } from '@/records/stages';

export const RULE = 'stage_rule';
export const TASK = 'stage_task';

export interface TaskDraft {
  /** Undefined while it is not stored. */
  id: string | undefined;
  key: string;
  name: string;
  name_en: string;
  mandatory: boolean;
}

export interface RuleDraft {
  probability: string | null;
  forecast_category: string | null;
  required_fields: string[];
  required_on_leaving: string[];
  skippable: boolean;
  may_go_back: boolean;
  standard_days: number | null;
  idle_days: number | null;
  guidance: string;
  guidance_en: string;
  tasks: TaskDraft[];
}

export const namesIn = (text: unknown): string[] => (typeof text === 'string' ? text.split(',').map((name) => name.trim()).filter(Boolean) : []);

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const ruleFor = (rules: Row[], type: string, stage: string): Row | undefined => rules.find((rule) => rule.record_type === type && rule.stage === stage);

/** The rule and the tasks of a stage: the type's own, or else what it inherits (then nothing of it is stored for the type). */
export function draftOf(rules: Row[], tasks: Row[], type: string, stage: string): RuleDraft {
  const rule = ruleFor(rules, type, stage) ?? ruleFor(rules, ANY_TYPE, stage);
  const own = tasks.filter((task) => task.record_type === type && task.stage === stage);
  const shown = own.length > 0 ? own : tasks.filter((task) => task.record_type === ANY_TYPE && task.stage === stage);
  return {
    probability: text(rule?.probability) || null,
    forecast_category: text(rule?.forecast_category) || null,
    required_fields: namesIn(rule?.required_fields),
    required_on_leaving: namesIn(rule?.required_on_leaving),
    skippable: rule?.skippable !== false,
    may_go_back: rule?.may_go_back !== false,
    standard_days: number(rule?.standard_days),
    idle_days: number(rule?.idle_days),
    guidance: text(rule?.guidance),
    guidance_en: text(rule?.guidance_en),
    tasks: shown.map((task) => ({ id: task.record_type === type ? task.id : undefined, key: task.id, name: text(task.name), name_en: text(task.name_en), mandatory: task.mandatory === true })),
  };
}

const valuesOf = (draft: RuleDraft): Values => ({
  probability: draft.probability,
  forecast_category: draft.forecast_category,
  required_fields: draft.required_fields.join(',') || null,
  required_on_leaving: draft.required_on_leaving.join(',') || null,
  skippable: draft.skippable,
  may_go_back: draft.may_go_back,
  standard_days: draft.standard_days,
  idle_days: draft.idle_days,
  guidance: draft.guidance.trim() || null,
  guidance_en: draft.guidance_en.trim() || null,
});

/** Stores a rule with its tasks; those that are no longer there are removed. */
export async function saveRule(object: string, type: string, stage: string, draft: RuleDraft, rules: Row[], tasks: Row[]): Promise<void> {
  const place = { object_name: object, record_type: type, stage };
  const rule = ruleFor(rules, type, stage);
  if (rule) await updateRecord(RULE, rule.id, valuesOf(draft));
  else await createRecord(RULE, { ...place, ...valuesOf(draft) });
  const kept = new Set(draft.tasks.map((task) => task.id));
  for (const task of tasks) if (task.record_type === type && task.stage === stage && !kept.has(task.id)) await deleteRecord(TASK, task.id);
  for (const [n, task] of draft.tasks.entries()) {
    const values = { name: task.name.trim(), name_en: task.name_en.trim() || null, mandatory: task.mandatory, order_number: n + 1 };
    if (values.name === '') continue;
    if (task.id === undefined) await createRecord(TASK, { ...place, ...values });
    else await updateRecord(TASK, task.id, values);
  }
}

/** The type goes back to what all types have. */
export async function dropRule(type: string, stage: string, rules: Row[], tasks: Row[]): Promise<void> {
  const rule = ruleFor(rules, type, stage);
  if (rule) await deleteRecord(RULE, rule.id);
  for (const task of tasks) if (task.record_type === type && task.stage === stage) await deleteRecord(TASK, task.id);
}

/** Fields that a stage may ask for: what people fill in. */
export const askable = (object: ObjectModel): ObjectModel['fields'] =>
  object.fields.filter((field) => !field.system && !field.computed && !field.summary && field.access === 'edit' && field.type !== 'auto_number' && field.name !== object.stage_field);

export const newStage = (): Option => ({ value: '', label: { zh: '', en: '' }, color: 'blue', attributes: { outcome: 'open' } });
