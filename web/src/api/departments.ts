import { useQuery } from '@tanstack/react-query';
import { keys } from './keys';
import { runQuery } from './query';
import type { Row } from './types';

export interface Department {
  id: string;
  version: number;
  name: string;
  parent: string | null;
  head: { id: string; name: string } | null;
  active: boolean;
  /** internal or external, where departments are told apart. */
  type: string | null;
  /** Active people for whom it is the main department. */
  people: number;
}

const PAGE = 500;

async function allRows(fields: string[], signal: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  let after: string | null = null;
  do {
    const page: { rows: Row[]; next: string | null } = await runQuery({ object: 'department', fields, order: [{ field: 'order_number' }, { field: 'id' }], limit: PAGE, after }, signal);
    rows.push(...page.rows);
    after = page.next;
  } while (after !== null);
  return rows;
}

const text = (value: unknown): string | null => (value === null || value === undefined ? null : String(value as string | number));

/** All departments with their heads and the number of their people. `typed`: departments are internal or external. */
export function useDepartments(typed: boolean) {
  return useQuery({
    queryKey: [...keys.departments, typed],
    queryFn: async ({ signal }): Promise<Department[]> => {
      const fields = ['name', 'parent_id', 'manager_id', 'manager.name', 'active', ...(typed ? ['department_type'] : [])];
      const [rows, counts] = await Promise.all([
        allRows(fields, signal),
        runQuery<Record<string, unknown>>({
          object: 'user',
          fields: ['department_id', { function: 'count', name: 'n' }],
          filter: { field: 'active', op: '=', value: true },
          group: ['department_id'],
          limit: PAGE,
        }, signal),
      ]);
      const people = new Map(counts.rows.map((row) => [text(row.department_id), Number(row.n)]));
      return rows.map((row) => ({
        id: row.id,
        version: row.version,
        name: text(row.name) ?? '',
        parent: text(row.parent_id),
        head: row.manager_id === null ? null : { id: String(row.manager_id as string), name: text(row['manager.name']) ?? '' },
        active: row.active === true,
        type: text(row.department_type),
        people: people.get(row.id) ?? 0,
      }));
    },
  });
}
