import { RollbackOutlined } from '@ant-design/icons';
import { Button, Skeleton, Timeline } from 'antd';
import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { keys } from '@/api/keys';
import type { ObjectModel } from '@/api/metadata';
import { readHistory, undoEntry, useDataChanged, type HistoryChange, type HistoryEntry } from '@/api/records';
import type { RecordAnswer } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState } from '@/ui/states';
import { recordTexts } from './texts';

const WHAT = { create: 'created', update: 'updated', delete: 'removed', restore: 'restored', lock: 'lockedIt', unlock: 'unlockedIt', purge: 'purged' } as const;
const VIA = { ui: 'via_ui', api: 'via_api', import: 'via_import', conversion: 'via_conversion', form: 'via_form', cli: 'via_cli', system: 'via_system' } as const;

interface Shown {
  object: ObjectModel;
  answer: RecordAnswer;
}

/** Who changed what in a record, and through which door. */
export function HistoryList({ object, answer }: Shown) {
  const t = useTexts(recordTexts);
  const { id } = answer.record;
  const found = useInfiniteQuery({
    queryKey: keys.history(object.name, id),
    queryFn: ({ pageParam, signal }) => readHistory(object.name, id, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
  if (found.isPending) return <Skeleton active />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const entries = found.data.pages.flatMap((page) => page.entries);
  if (entries.length === 0) return <EmptyState title={t('noHistory')} />;
  return (
    <div className="history">
      <Timeline items={entries.map((entry) => ({ key: entry.id, content: <Entry object={object} answer={answer} entry={entry} /> }))} />
      {found.hasNextPage ? (
        <Button block type="text" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t('loadMore')}</Button>
      ) : null}
    </div>
  );
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Whether the change can be taken back: all of it is seen and may be written, and nobody has changed it again since. */
const isUndoable = ({ can, editable_fields, record }: RecordAnswer, { action, changes }: HistoryEntry): boolean =>
  action === 'update' && can.update && changes.length > 0 &&
  changes.every((change) => editable_fields.includes(change.field) && same(record[change.field], change.new));

function Entry({ object, answer, entry }: Shown & { entry: HistoryEntry }) {
  const t = useTexts(recordTexts);
  const format = useFormat();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const [busy, setBusy] = useState(false);
  const undo = async () => {
    setBusy(true);
    try {
      await undoEntry(object.name, answer.record.id, entry.id);
      done(t('undone'));
    } catch (error) {
      failed(error);
    } finally {
      // Who was refused is shown why: the record as it is now.
      await changed();
      setBusy(false);
    }
  };
  const via = entry.via in VIA ? t(VIA[entry.via as keyof typeof VIA]) : entry.via;
  return (
    <div className="history-entry">
      <div>
        <strong>{entry.actor?.name ?? t('theSystem')}</strong> {t(WHAT[entry.action])}
        <span className="history-meta"> · <time dateTime={entry.at} title={format.datetime(entry.at)}>{format.when(entry.at)}</time> · {via}{entry.reason ? ` · ${entry.reason}` : ''}</span>
      </div>
      {entry.action === 'update' && entry.changes.length === 0 ? <div className="history-meta">{t('hiddenChange')}</div> : null}
      <ul className="history-changes">
        {entry.changes.map((change) => <ChangeLine key={change.field} object={object} change={change} />)}
      </ul>
      {isUndoable(answer, entry) ? (
        <Button type="link" size="small" className="history-undo" icon={<RollbackOutlined />} loading={busy} onClick={() => void undo()}>{t('undo')}</Button>
      ) : null}
    </div>
  );
}

function ChangeLine({ object, change }: { object: ObjectModel; change: HistoryChange }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const field = object.field(change.field);
  const show = (value: unknown, text: string | null) => {
    if (isBlank(value)) return <span className="blank">{t('blank')}</span>;
    if (text !== null || !field) return <span>{text ?? JSON.stringify(value)}</span>;
    const { Cell } = FIELD_WIDGETS[field.type];
    return <Cell field={field} value={value} row={{}} />;
  };
  return (
    <li>
      <span className="history-field">{label(field?.label) || change.field}</span>
      <span className="history-old">{show(change.old, change.old_text)}</span>
      <span aria-hidden> → </span>
      <span className="history-new">{show(change.new, change.new_text)}</span>
    </li>
  );
}
