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
const CalendarBoard = lazy(() => import('@/records/calendar').then((m) => ({ default: m.CalendarBoard })));
const MapBoard = lazy(() => import('@/records/map').then((m) => ({ default: m.MapBoard })));
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
  const kind = state.address.deleted ? 'list' : state.kind;
  const kanban = kind === 'kanban';
  const shared = { object, filter: state.where, columns: state.columns, display: state.display };

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
      {kind === 'list' ? (
        <ListBody object={object} state={state} chosen={chosen} onChoose={setChosen} />
      ) : (
        <Suspense fallback={<PageSkeleton />}>
          {kanban ? <KanbanBoard {...shared} order={state.order} /> : null}
          {kind === 'calendar' ? <CalendarBoard key={state.display.start} {...shared} /> : null}
          {kind === 'map' ? <MapBoard key={state.display.place} {...shared} /> : null}
        </Suspense>
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
