import { CloseOutlined, DeleteOutlined, DownloadOutlined, EditOutlined, MergeCellsOutlined, PrinterOutlined, RollbackOutlined, SwapOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useBatch } from '@/api/batch';
import { isApiError } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import { may, rowActions } from '@/api/rights';
import type { Row, RowAction, Values } from '@/api/types';
import { followersOf } from '@/fields';
import { common, useTexts } from '@/i18n';
import { BulkActions } from '@/records/actions';
import { BulkButtons } from '@/records/buttons';
import { useFeedback } from '@/ui/feedback';
import { listTexts } from './texts';

const MergeDialog = lazy(() => import('@/records/duplicates/MergeDialog'));
const PrintDialog = lazy(() => import('@/records/print/PrintDialog'));
const BulkEditDialog = lazy(() => import('./BulkEditDialog'));

interface Props {
  object: ObjectModel;
  rows: Row[];
  deleted: boolean;
  onClear: () => void;
  onExport: () => void;
}

const PROBLEMS_SHOWN = 5;
/** Records that can become one. */
const MERGED_MAX = 5;

/** What can be done with the selected records; each is one batch, all or nothing, and can be undone. */
export function BulkBar({ object, rows, deleted, onClear, onExport }: Props) {
  const t = useTexts(listTexts);
  const c = useTexts(common);
  const { modal } = App.useApp();
  const { done, failed, confirm } = useFeedback();
  const batch = useBatch();
  const [dialog, setDialog] = useState<'edit' | 'transfer' | 'print' | 'merge'>();
  const ids = rows.map((row) => row.id);
  const n = ids.length;
  // A batch is all or nothing: with one record that may not be changed it would be refused.
  const closed = (action: RowAction) => rows.some((row) => !may(row, action));
  const acted = rowActions(object, deleted);
  const untouchable = rows.filter((row) => acted.some((action) => !may(row, action))).length;

  const refused = (error: unknown) => {
    if (!isApiError(error) || error.problems.length === 0) {
      failed(error);
      return;
    }
    const more = error.problems.length - PROBLEMS_SHOWN;
    modal.error({
      title: t('refused'),
      content: (
        <ul className="problem-list">
          {error.problems.slice(0, PROBLEMS_SHOWN).map((problem) => (
            <li key={`${String(problem.row)}-${problem.code}-${problem.field ?? ''}`}>
              {typeof problem.row === 'number' ? t('refusedRow', { row: problem.row + 1, detail: problem.detail }) : problem.detail}
            </li>
          ))}
          {more > 0 ? <li>{t('refusedMore', { n: more })}</li> : null}
        </ul>
      ),
    });
  };
  const undo = (body: Parameters<typeof batch.mutate>[0]) => () => { batch.mutate(body, { onError: failed }); };

  const change = (values: Values, field: string, message: string) => {
    const touched = [field, ...followersOf(object, field).map((f) => f.name)];
    const before = rows.map((row) => ({ id: row.id, values: Object.fromEntries(touched.filter((name) => name in row || name === field).map((name) => [name, row[name] ?? null])) }));
    // Only what the list has read can be put back.
    const known = rows.every((row) => field in row);
    batch.mutate({ object: object.name, action: 'update', ids, values }, {
      onSuccess: () => {
        setDialog(undefined);
        onClear();
        done(message, known ? undo({ object: object.name, action: 'update', rows: before }) : undefined);
      },
      onError: refused,
    });
  };
  const remove = async () => {
    const ok = await confirm({ title: t('deleteAsk', { n }), content: t('deleteHint'), ok: c('delete'), cancel: c('cancel'), danger: true });
    if (!ok) return;
    batch.mutate({ object: object.name, action: 'delete', ids }, {
      onSuccess: () => {
        onClear();
        done(t('deleteDone', { n }), undo({ object: object.name, action: 'restore', ids }));
      },
      onError: refused,
    });
  };
  const restore = () => {
    batch.mutate({ object: object.name, action: 'restore', ids }, {
      onSuccess: () => { onClear(); done(t('restoreDone', { n })); },
      onError: refused,
    });
  };
  const owned = object.field('owner_id')?.access === 'edit';
  return (
    <div className="bulk-bar" role="toolbar" aria-label={t('selected', { n })}>
      <strong className="number">{t('selected', { n })}</strong>
      {deleted ? (
        <Button size="small" icon={<RollbackOutlined />} disabled={closed('delete')} loading={batch.isPending} onClick={restore}>{t('restore')}</Button>
      ) : (
        <>
          {object.can('update') && object.can('bulk_edit') ? (
            <Button size="small" icon={<EditOutlined />} disabled={closed('update')} onClick={() => { setDialog('edit'); }}>{t('bulkEdit')}</Button>
          ) : null}
          {object.can('transfer') && owned ? (
            <Button size="small" icon={<SwapOutlined />} disabled={closed('update') || closed('transfer')} onClick={() => { setDialog('transfer'); }}>{t('transfer')}</Button>
          ) : null}
          {object.can('merge') && n > 1 && n <= MERGED_MAX ? <Button size="small" icon={<MergeCellsOutlined />} onClick={() => { setDialog('merge'); }}>{t('merge')}</Button> : null}
          <BulkActions object={object} rows={rows} onDone={onClear} onRefused={refused} />
          <BulkButtons object={object} rows={rows} onDone={onClear} onRefused={refused} />
          {object.can('print') ? <Button size="small" icon={<PrinterOutlined />} onClick={() => { setDialog('print'); }}>{t('print')}</Button> : null}
          {object.can('export') ? <Button size="small" icon={<DownloadOutlined />} onClick={onExport}>{t('export')}</Button> : null}
          {object.can('delete') ? (
            <Button size="small" danger icon={<DeleteOutlined />} disabled={closed('delete')} loading={batch.isPending} onClick={() => void remove()}>{t('delete')}</Button>
          ) : null}
        </>
      )}
      {untouchable > 0 ? <span className="bulk-note">{t('viewOnly', { n: untouchable })}</span> : null}
      <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t('clearSelection')} title={t('clearSelection')} onClick={onClear} />
      <Suspense>
        {dialog === 'print' ? (
          <PrintDialog
            object={object}
            records={rows.map((row) => ({ id: row.id, name: String(row[object.name_field] ?? '') }))}
            onClose={() => { setDialog(undefined); }}
          />
        ) : null}
        {dialog === 'merge' ? <MergeDialog object={object} ids={ids} onClose={(changed) => { setDialog(undefined); if (changed) onClear(); }} /> : null}
        {dialog === 'edit' || dialog === 'transfer' ? (
          <BulkEditDialog
            object={object}
            count={n}
            rows={rows}
            only={dialog === 'transfer' ? 'owner_id' : undefined}
            busy={batch.isPending}
            onClose={() => { setDialog(undefined); }}
            onSave={(field, value) => { change({ [field]: value }, field, t(dialog === 'transfer' ? 'transferDone' : 'bulkDone', { n })); }}
          />
        ) : null}
      </Suspense>
    </div>
  );
}
