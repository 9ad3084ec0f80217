/** The questions of the statistics of activities: ordinary aggregates over what the reader may see, by time of posting. */
import type { FilterJson, QueryBody } from '@/api/types';

export const PERIODS = ['THIS_WEEK', 'LAST_WEEK', 'THIS_MONTH', 'LAST_MONTH', 'THIS_QUARTER', 'THIS_YEAR'] as const;
export type Period = (typeof PERIODS)[number];

export const BY = ['person', 'department', 'day'] as const;
export type By = (typeof BY)[number];

export interface Chosen {
  period: Period;
  mine: boolean;
}

const count = { function: 'count', name: 'count' } as const;
const day = { function: 'day_only', field: 'published_at' } as const;

export const chosenFilter = ({ period, mine }: Chosen, ...more: FilterJson[]): FilterJson => ({
  and: [
    { field: 'published_at', op: '=', value: { relative: period } },
    ...(mine ? [{ field: 'owner_id', op: '=', value: { me: true } } as FilterJson] : []),
    ...more,
  ],
});

const GROUPS: Record<By, { fields: QueryBody['fields']; group: QueryBody['group'] }> = {
  person: { fields: ['owner_id', 'owner.name', 'type', count], group: ['owner_id', 'owner.name', 'type'] },
  department: { fields: ['department_id', 'department.name', 'type', count], group: ['department_id', 'department.name', 'type'] },
  day: { fields: [{ ...day, name: 'day' }, 'type', count], group: [day, 'type'] },
};

export const numbersBy = (by: By, chosen: Chosen): QueryBody => ({ object: 'activity', ...GROUPS[by], filter: chosenFilter(chosen), limit: 500 });

/** Visits by what their check-in's position was worth. */
export const visitsByState = (chosen: Chosen): QueryBody => ({
  object: 'activity',
  fields: ['position_state', count, { function: 'avg', field: 'visit_minutes', name: 'minutes' }],
  group: ['position_state'],
  filter: chosenFilter(chosen, { field: 'visit_status', op: 'in', value: ['in_progress', 'done'] }),
  limit: 20,
});

export interface Line {
  /** What it leads to in the list. */
  filter: FilterJson;
  key: string;
  name: string;
  /** Numbers by type of activity. */
  counts: Record<string, number>;
  total: number;
}

type AnswerRow = Record<string, unknown>;

const KEYS: Record<By, { key: string; name: string; field: string }> = {
  person: { key: 'owner_id', name: 'owner.name', field: 'owner_id' },
  department: { key: 'department_id', name: 'department.name', field: 'department_id' },
  day: { key: 'day', name: 'day', field: 'published_at' },
};

/** One line for each person, department or day: days in their order, all else the largest first. */
export function lines(rows: AnswerRow[], by: By, zoneDay: (day: string) => FilterJson): Line[] {
  const { key, name, field } = KEYS[by];
  const found = new Map<string, Line>();
  for (const row of rows) {
    const id = String(row[key] ?? '');
    if (id === '') continue;
    const line = found.get(id) ?? {
      key: id,
      name: String(row[name] ?? id),
      counts: {},
      total: 0,
      filter: by === 'day' ? zoneDay(id) : ({ field, op: '=', value: id } as FilterJson),
    };
    const number = Number(row.count ?? 0);
    line.counts[String(row.type)] = number;
    line.total += number;
    found.set(id, line);
  }
  const made = [...found.values()];
  return by === 'day' ? made.sort((a, b) => a.key.localeCompare(b.key)) : made.sort((a, b) => b.total - a.total || a.name.localeCompare(b.name));
}

export const totals = (all: Line[]): Record<string, number> => {
  const sum: Record<string, number> = {};
  for (const line of all) for (const [type, number] of Object.entries(line.counts)) sum[type] = (sum[type] ?? 0) + number;
  return sum;
};
