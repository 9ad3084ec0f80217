/** What is set for the stages of an object: guidance, tasks, standard days; and what marks a record that needs a look. */
import { offered, RECORD_TYPE } from '@/api/arrangement';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { FilterJson, Option, Row, Values } from '@/api/types';

const RULE_FIELDS = ['record_type', 'stage', 'probability', 'forecast_category', 'required_fields', 'required_on_leaving', 'skippable', 'may_go_back', 'standard_days', 'idle_days', 'guidance', 'guidance_en'];
const TASK_FIELDS = ['record_type', 'stage', 'name', 'name_en', 'mandatory', 'order_number'];
/** A rule for all record types that have none of their own. */
export const ANY_TYPE = '*';

export type Outcome = 'open' | 'won' | 'lost';

export const outcomeOf = (option: Pick<Option, 'attributes'> | undefined): Outcome => {
  const said = option?.attributes?.outcome;
  return said === 'won' || said === 'lost' ? said : 'open';
};

/** What is put on hold keeps its stage and is none of what is open there: as conditions, where the object knows that outcome. */
export const goingOn = (object: Pick<ObjectModel, 'field'>): FilterJson[] =>
  object.field('outcome')?.options?.some((option) => option.value === 'on_hold') ? [{ not: { field: 'outcome', op: '=', value: 'on_hold' } }] : [];

export interface StageRules {
  rules: Row[];
  tasks: Row[];
}

const about = (object: string): FilterJson => ({ field: 'object_name', op: '=', value: object });

/** The rules and tasks of an object; empty where the reader may not see them. */
export function useStageRules(object: ObjectModel): StageRules {
  const model = useModel();
  const staged = Boolean(object.stage_field);
  const rules = useRecords({ object: 'stage_rule', fields: RULE_FIELDS, filter: about(object.name), limit: 500 }, { enabled: staged && model.object('stage_rule') !== undefined });
  const tasks = useRecords({ object: 'stage_task', fields: TASK_FIELDS, filter: about(object.name), order: [{ field: 'order_number' }], limit: 500 }, { enabled: staged && model.object('stage_task') !== undefined });
  return { rules: rules.data?.rows ?? [], tasks: tasks.data?.rows ?? [] };
}

/** The rule of the stage in which a record is: its type's own before that of all types. */
export function ruleOf({ rules }: Pick<StageRules, 'rules'>, object: ObjectModel, record: Values): Row | undefined {
  const here = rules.filter((rule) => rule.stage === record[object.stage_field ?? '']);
  return here.find((rule) => rule.record_type === record[RECORD_TYPE]) ?? here.find((rule) => rule.record_type === ANY_TYPE);
}

const namesIn = (text: unknown): string[] => (typeof text === 'string' ? text.split(',').map((one) => one.trim()).filter(Boolean) : []);

/**
 * The fields that a record has to have in the stage that its form has chosen, as the guard of the server sees it: those
 * of that stage and, where it moves on, of the stages that it skips and what its stage of before asks for on leaving.
 */
export function demandedBy({ rules }: Pick<StageRules, 'rules'>, object: ObjectModel, values: Values, before?: Values): Set<string> {
  const name = object.stage_field ?? '';
  const field = object.field(name);
  const [from, to] = [before?.[name] ?? null, values[name] ?? null];
  if (!field || to === null || from === to) return new Set();
  const at = (stage: unknown) => ruleOf({ rules }, object, { ...values, [name]: stage });
  const options = offered(object, field, values).options ?? [];
  const [start, end] = [from, to].map((stage) => options.findIndex((option) => option.value === stage)) as [number, number];
  const moves = from !== null && outcomeOf(options[end]) !== 'lost' && (start < 0 || end < 0 || end > start);
  const skipped = moves && start >= 0 ? options.slice(start + 1, end).filter((option) => option.active !== false && outcomeOf(option) === 'open') : [];
  const entered = [...skipped.map((option) => option.value), to].flatMap((stage) => namesIn(at(stage)?.required_fields));
  return new Set([...entered, ...(moves ? namesIn(at(from)?.required_on_leaving) : [])]);
}

/** Likewise the tasks: those of the type, where it has any in this stage. */
export function tasksOf({ tasks }: Pick<StageRules, 'tasks'>, object: ObjectModel, record: Values): Row[] {
  const here = tasks.filter((task) => task.stage === record[object.stage_field ?? '']);
  const own = here.filter((task) => task.record_type === record[RECORD_TYPE]);
  return own.length > 0 ? own : here.filter((task) => task.record_type === ANY_TYPE);
}

const DAY = 86_400_000;

/** The fields by which a record is marked, as far as its object has them. */
export const markFields = (object: ObjectModel): string[] =>
  object.field('overdue') ? [object.stage_field ?? '', 'overdue', 'days_in_stage', 'last_activity_at', 'currency'].filter((name) => object.field(name) !== undefined) : [];

/** For how many days nothing has happened to a record: neither its stage nor an activity. Undefined where it has ended. */
export function idleDays(record: Values, now: Date): number | undefined {
  const inStage = record.days_in_stage;
  if (typeof inStage !== 'number') return undefined;
  const last = typeof record.last_activity_at === 'string' ? Math.floor((now.getTime() - Date.parse(record.last_activity_at)) / DAY) : inStage;
  return Math.max(0, Math.min(inStage, last));
}

/** That number, where it has come to what the stage's rule calls idle. */
export function idleFor(record: Values, rule: Row | undefined, now: Date): number | undefined {
  const days = idleDays(record, now);
  return days !== undefined && typeof rule?.idle_days === 'number' && days >= rule.idle_days ? days : undefined;
}
