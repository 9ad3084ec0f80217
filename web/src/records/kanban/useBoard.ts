import { useInfiniteQuery, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { RECORD_TYPE } from '@/api/arrangement';
import { keys } from '@/api/keys';
import { withNames, useModel, type Model, type ObjectModel } from '@/api/metadata';
import { runQuery, useRecords } from '@/api/query';
import { rowActions } from '@/api/rights';
import { updateRecord, useDataChanged } from '@/api/records';
import type { FilterJson, OrderBy, QueryAnswer, QueryBody, Row, Values } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { allOf } from '@/records/list';
import { markFields, outcomeOf, useMissing } from '@/records/stages';
import { useFeedback } from '@/ui/feedback';
import { inStage, movedSums, withCardFirst, withoutCard, type SumRow } from './board';
import { kanbanTexts } from './texts';

const CARDS = 20;

/** What the board is about; `stage` and `amount` are field names. */
export interface Board {
  object: ObjectModel;
  stage: string;
  amount: string | null;
  filter: FilterJson | null;
  /** Of the cards in a column. */
  order: OrderBy[];
  /** The fields on a card beside name and amount. */
  details: string[];
}

export const cardsBody = (model: Model, board: Board, stage: string): QueryBody => ({
  object: board.object.name,
  fields: withNames(model, board.object.name, [
    // What stages a card may go to depends on its type.
    ...new Set([board.object.name_field, board.stage, ...(board.amount ? [board.amount] : []), ...(board.object.field(RECORD_TYPE) ? [RECORD_TYPE] : []), ...board.details, ...markFields(board.object)]),
  ]),
  filter: allOf(board.filter, inStage(board.stage, stage)),
  order: board.order,
  limit: CARDS,
  can: rowActions(board.object, false).filter((action) => action === 'update'),
});

export const sumsBody = (board: Board): QueryBody => ({
  object: board.object.name,
  fields: [board.stage, { function: 'count', name: 'count' }, ...(board.amount ? [{ function: 'sum' as const, field: board.amount, name: 'total' }] : [])],
  filter: board.filter,
  group: [board.stage],
  limit: 100,
});

export const useSums = (board: Board) => useRecords<SumRow>(sumsBody(board));

/** The cards of one column, 20 at a time. */
export function useCards(board: Board, stage: string, enabled: boolean) {
  const body = cardsBody(useModel(), board, stage);
  return useInfiniteQuery({
    queryKey: keys.kanban(body),
    queryFn: ({ pageParam, signal }) => runQuery({ ...body, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled,
  });
}

type Cards = InfiniteData<QueryAnswer, string | null>;

/** Moves a card: at once on screen, back again when the server refuses, and back on request. */
export function useMove(board: Board): (row: Row, to: string) => void {
  const t = useTexts(kanbanTexts);
  const label = useLabel();
  const model = useModel();
  const client = useQueryClient();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const missing = useMissing(board.object);
  const name = (row: Row) => String(row[board.object.name_field] ?? '');
  const stageName = (value: string) => {
    const option = board.object.field(board.stage)?.options?.find((o) => o.value === value);
    return option ? label(option.label) : t('noStage');
  };

  const move = async (row: Row, to: string, undoing: boolean): Promise<void> => {
    const from = String(row[board.stage] ?? '');
    if (from === to) return;
    const [fromKey, toKey] = [keys.kanban(cardsBody(model, board, from)), keys.kanban(cardsBody(model, board, to))];
    const sumsKey = keys.query(sumsBody(board));
    const value = to === '' ? null : to;
    await client.cancelQueries({ queryKey: keys.data });
    const before = [fromKey, toKey, sumsKey].map((key) => [key, client.getQueryData(key)] as const);
    const amount = board.amount ? (row[board.amount] as string | null | undefined) ?? null : null;
    client.setQueryData<Cards>(fromKey, (data) => data && withoutCard(data, row.id));
    client.setQueryData<Cards>(toKey, (data) => data && withCardFirst(withoutCard(data, row.id), { ...row, [board.stage]: value }));
    client.setQueryData<QueryAnswer<SumRow>>(sumsKey, (data) => data && { ...data, rows: movedSums(data.rows, board.stage, from, to, amount) });
    const store = async (more: Values = {}) => {
      const saved = await updateRecord(board.object.name, row.id, { ...more, [board.stage]: value }, row.version);
      const after: Row = { ...row, [board.stage]: value, version: saved.version };
      // An ended deal goes back by being reopened, which asks first.
      const ended = outcomeOf(board.object.field(board.stage)?.options?.find((one) => one.value === to)) !== 'open' && board.object.field('outcome') !== undefined;
      done(t('moved', { name: name(row), stage: stageName(to) }), undoing || ended ? undefined : () => void move(after, from, true));
      return saved;
    };
    try {
      await store();
    } catch (error) {
      const mended = await missing(error, row, to, store);
      if (!mended.saved) for (const [key, data] of before) client.setQueryData(key, data);
      if (!mended.asked) failed(error);
    } finally {
      await changed();
    }
  };
  return (row, to) => void move(row, to, false);
}
