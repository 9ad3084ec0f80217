import { lazy, Suspense, useEffect, useState } from 'react';
import type { ListView } from '@/api/listViews';
import type { ObjectModel } from '@/api/metadata';
import type { Row } from '@/api/types';
import { preloadEntry } from '@/fields';
import { PageSkeleton } from '@/ui/states';
import { BulkBar } from './BulkBar';
import { FilterSummary } from './FilterSummary';
import { ListBody } from './ListBody';
import { ListHead } from './ListHead';
import { useListState } from './useListState';

const KanbanBoard = lazy(() => import('@/records/kanban').then((m) => ({ default: m.KanbanBoard })));
const FilterDrawer = lazy(() => import('./FilterDrawer'));
const ColumnDrawer = lazy(() => import('./ColumnDrawer'));
const ExportDialog = lazy(() => import('./ExportDialog'));

const PRELOAD_AFTER = 1200;

export type Panel = 'filter' | 'columns' | 'export' | undefined;

export function ListScreen({ object, views }: { object: ObjectModel; views: ListView[] }) {
  const state = useListState(object, views);
  const [panel, setPanel] = useState<Panel>();
  const [chosen, setChosen] = useState<Row[]>([]);
  const selectionOf = JSON.stringify([state.where, state.address.deleted, state.kind]);
  const [lastSelectionOf, setLastSelectionOf] = useState(selectionOf);
  if (lastSelectionOf !== selectionOf) {
    // Another filter shows other records: nothing unseen stays selected.
    setLastSelectionOf(selectionOf);
    setChosen([]);
  }
  useEffect(() => {
    const later = setTimeout(preloadEntry, PRELOAD_AFTER);
    return () => {
      clearTimeout(later);
    };
  }, []);
  const close = () => { setPanel(undefined); };
  const clear = () => { setChosen([]); };
  const kanban = state.kind === 'kanban' && !state.address.deleted;

  return (
    <div className={kanban ? 'list-page board' : 'list-page'}>
      <ListHead object={object} views={views} state={state} onPanel={setPanel} />
      <FilterSummary
        object={object}
        filter={state.filter}
        onChange={(filter) => { state.change({ filter }); }}
        onEdit={() => { setPanel('filter'); }}
      />
      {chosen.length > 0 ? (
        <BulkBar object={object} rows={chosen} deleted={state.address.deleted} onClear={clear} onExport={() => { setPanel('export'); }} />
      ) : null}
      {kanban ? (
        <Suspense fallback={<PageSkeleton />}>
          <KanbanBoard object={object} filter={state.where} order={state.order} columns={state.columns} />
        </Suspense>
      ) : (
        <ListBody object={object} state={state} chosen={chosen} onChoose={setChosen} />
      )}
      <Suspense>
        {panel === 'filter' ? (
          <FilterDrawer object={object} filter={state.filter} onApply={(filter) => { state.change({ filter }, true); }} onClose={close} />
        ) : null}
        {panel === 'columns' ? (
          <ColumnDrawer object={object} columns={state.columns} onApply={(columns) => { state.change({ columns }); }} onClose={close} />
        ) : null}
        {panel === 'export' ? <ExportDialog object={object} query={state.query} rows={chosen} onClose={close} /> : null}
      </Suspense>
    </div>
  );
}
