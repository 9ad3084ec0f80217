import { useQuery } from '@tanstack/react-query';
import { isKind, type Display, type ViewKind } from './displays';
import { useMutation } from './mutation';
import { runQuery } from './query';
import { createRecord, deleteRecord, updateRecord, useDataChanged } from './records';
import { keys } from './keys';
import type { FilterJson, OrderBy, Values } from './types';

export interface ListView {
  id: string;
  version: number;
  name: string;
  nameEn: string | null;
  kind: ViewKind;
  /** Which fields a board, calendar or map goes by. */
  display: Display | null;
  shared: boolean;
  ownerId: string | null;
  filter: FilterJson | null;
  columns: string[] | null;
  sort: OrderBy[] | null;
}

/** A view's JSON texts come from people and packages: a text that cannot be read counts as not given. */
function parsed<T>(text: unknown): T | null {
  if (typeof text !== 'string' || text === '') return (text ?? null) as T | null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

const FIELDS = ['name', 'name_en', 'kind', 'display', 'shared', 'filter', 'columns', 'sort', 'owner_id'];

function toView(row: Values): ListView {
  return {
    id: String(row.id),
    version: Number(row.version),
    name: String(row.name ?? ''),
    nameEn: typeof row.name_en === 'string' ? row.name_en : null,
    kind: isKind(row.kind) ? row.kind : 'list',
    display: parsed<Display>(row.display),
    shared: row.shared === true,
    ownerId: typeof row.owner_id === 'string' ? row.owner_id : null,
    filter: parsed<FilterJson>(row.filter),
    columns: parsed<string[]>(row.columns),
    sort: parsed<OrderBy[]>(row.sort),
  };
}

/** The saved views of an object: the reader's own and the shared ones. */
export function useListViews(object: string) {
  return useQuery({
    queryKey: keys.listViews(object),
    queryFn: ({ signal }) =>
      runQuery(
        {
          object: 'list_view',
          fields: FIELDS,
          // A manager may see the private views of others as records; in the menu they would only be in the way.
          filter: {
            and: [
              { field: 'object_name', op: '=', value: object },
              { or: [{ field: 'shared', op: '=', value: true }, { field: 'owner_id', op: '=', value: { me: true } }] },
            ],
          },
          order: [{ field: 'order_number' }, { field: 'id' }],
          limit: 200,
        },
        signal,
      ).then((answer) => answer.rows.map(toView)),
    staleTime: 60_000,
  });
}

export interface ListViewDraft {
  id?: string;
  version?: number;
  object: string;
  name: string;
  kind: ViewKind;
  display: Display | null;
  shared: boolean;
  filter: FilterJson | null;
  columns: string[];
  sort: OrderBy[];
}

export function useSaveListView() {
  const changed = useDataChanged();
  return useMutation({
    mutationFn: (draft: ListViewDraft) => {
      const values: Values = {
        name: draft.name,
        kind: draft.kind,
        display: draft.display === null ? null : JSON.stringify(draft.display),
        shared: draft.shared,
        filter: draft.filter === null ? null : JSON.stringify(draft.filter),
        columns: JSON.stringify(draft.columns),
        sort: JSON.stringify(draft.sort),
      };
      return draft.id === undefined
        ? createRecord('list_view', { ...values, object_name: draft.object })
        : updateRecord('list_view', draft.id, values, draft.version);
    },
    onSuccess: changed,
  });
}

export function useDeleteListView() {
  const changed = useDataChanged();
  return useMutation({ mutationFn: (id: string) => deleteRecord('list_view', id), onSuccess: changed });
}
