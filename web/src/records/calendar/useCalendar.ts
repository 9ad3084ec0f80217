import { useQueryClient } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import { withNames, useModel, type Model, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { rowActions } from '@/api/rights';
import { updateRecord, useDataChanged } from '@/api/records';
import type { FilterJson, QueryAnswer, QueryBody, Row } from '@/api/types';
import { useFormat, useTexts } from '@/i18n';
import { allOf } from '@/records/list';
import { useFeedback } from '@/ui/feedback';
import { inRange, movedValues, type Dates } from './calendar';
import { calendarTexts } from './texts';

export const ENTRIES_MAX = 500;

/** What a calendar is about. */
export interface Calendar {
  object: ObjectModel;
  dates: Dates;
  /** The select that colours the entries. */
  color: string | null;
  filter: FilterJson | null;
  /** What an entry tells beside its name, where there is room. */
  details: string[];
}

const entriesBody = (model: Model, calendar: Calendar, days: string[]): QueryBody => {
  const { object, dates, color, details } = calendar;
  const fields = [object.name_field, dates.start.name, ...(dates.end ? [dates.end.name] : []), ...(color ? [color] : []), ...details];
  return {
    object: object.name,
    fields: withNames(model, object.name, [...new Set(fields)]),
    filter: allOf(calendar.filter, inRange(dates, days)),
    order: [{ field: dates.start.name }, { field: 'id' }],
    limit: ENTRIES_MAX,
    can: rowActions(object, false).filter((action) => action === 'update'),
  };
};

/** The entries of the visible days. */
export function useEntries(calendar: Calendar, days: string[]) {
  return useRecords(entriesBody(useModel(), calendar, days));
}

/** Moves an entry to another day: at once on screen, back again when the server refuses, and back on request. */
export function useMoveEntry(calendar: Calendar, days: string[]): (row: Row, from: string, to: string, minutes?: number) => void {
  const t = useTexts(calendarTexts);
  const format = useFormat();
  const model = useModel();
  const client = useQueryClient();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const key = keys.query(entriesBody(model, calendar, days));
  const { object } = calendar;

  const move = async (row: Row, from: string, to: string, minutes: number, undoing: boolean): Promise<void> => {
    if (from === to && minutes === 0) return;
    const values = movedValues(row, calendar.dates, from, to, minutes);
    await client.cancelQueries({ queryKey: keys.data });
    const before = client.getQueryData(key);
    client.setQueryData<QueryAnswer>(key, (data) => data && { ...data, rows: data.rows.map((one) => (one.id === row.id ? { ...one, ...values } : one)) });
    try {
      const saved = await updateRecord(object.name, row.id, values, row.version);
      const after: Row = { ...row, ...values, version: saved.version };
      done(t('moved', { name: String(row[object.name_field] ?? ''), day: format.date(to) }), undoing ? undefined : () => void move(after, to, from, -minutes, true));
    } catch (error) {
      client.setQueryData(key, before);
      failed(error);
    } finally {
      await changed();
    }
  };
  return (row, from, to, minutes = 0) => void move(row, from, to, minutes, false);
}
