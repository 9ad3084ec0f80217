import { Button } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { rowActions } from '@/api/rights';
import type { QueryBody, Row } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { EmptyState, ErrorState } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { markFields } from '@/records/stages';
import { RecordCards } from './RecordCards';
import { cursorOf, FIRST_PAGE, hasPrevious, nextPage, previousPage, type Pages } from './cursors';
import { Pager } from './Pager';
import { RecordTable } from './RecordTable';
import { listTexts } from './texts';
import type { ListState } from './useListState';

interface Props {
  object: ObjectModel;
  state: ListState;
  chosen: Row[];
  onChoose: (rows: Row[]) => void;
}

/** Where each list was last, so that going back from a record leads to the same page. Lives as long as the tab's page. */
const visited = new Map<string, Pages>();

function usePages(question: string): [Pages, (pages: Pages) => void] {
  const [held, setHeld] = useState<{ question: string; pages: Pages }>(() => ({ question, pages: visited.get(question) ?? FIRST_PAGE }));
  const pages = held.question === question ? held.pages : FIRST_PAGE;
  const set = (next: Pages) => {
    visited.set(question, next);
    setHeld({ question, pages: next });
  };
  return [pages, set];
}

export function ListBody({ object, state, chosen, onChoose }: Props) {
  const phone = useIsPhone();
  const size = state.address.size;
  const body: QueryBody = { ...state.query, fields: [...new Set([...state.query.fields, ...markFields(object)])], limit: size, can: rowActions(object, state.address.deleted) };
  const [pages, setPages] = usePages(JSON.stringify(body));
  const page = useRecords({ ...body, after: cursorOf(pages) });
  const counted = useRecords(
    { object: object.name, fields: ['id'], filter: state.where, limit: 1, count: true },
    // The count is of living records only.
    { keep: false, enabled: !state.address.deleted },
  );
  const rows = page.data?.rows ?? [];

  if (page.isError && !page.data) return <ErrorState error={page.error} onRetry={() => void page.refetch()} />;
  const empty = page.isSuccess && rows.length === 0 && !hasPrevious(pages) ? <Nothing object={object} state={state} /> : null;
  const shared = { object, rows, columns: state.columns, loading: page.isPending, stale: page.isPlaceholderData, chosen, onChoose, deleted: state.address.deleted };
  return (
    <>
      {empty ?? (phone ? <RecordCards {...shared} /> : <RecordTable {...shared} sort={state.sort} onSort={(sort) => { state.change({ sort }); }} />)}
      {empty ? null : (
        <Pager
          pages={pages}
          size={size}
          shown={rows.length}
          total={counted.data?.total}
          capped={counted.data?.total_capped ?? false}
          hasNext={Boolean(page.data?.next)}
          busy={page.isPlaceholderData}
          onPrevious={() => { setPages(previousPage(pages)); }}
          onNext={() => { setPages(nextPage(pages, page.data?.next)); window.scrollTo({ top: 0 }); }}
          onSize={(next) => { state.change({ size: next }); }}
        />
      )}
    </>
  );
}

function Nothing({ object, state }: { object: ObjectModel; state: ListState }) {
  const t = useTexts(listTexts);
  const label = useLabel();
  const openForm = useOpenForm();
  if (state.where) {
    return (
      <EmptyState
        title={t(state.address.deleted ? 'emptyBin' : 'emptyFiltered', { object: label(object.label), objects: label(object.plural) })}
        hint={state.address.deleted ? undefined : t('emptyFilteredHint')}
        action={<Button onClick={() => { state.change({ filter: null, text: '' }); }}>{t('clearFilter')}</Button>}
      />
    );
  }
  if (state.address.deleted) return <EmptyState title={t('emptyBin')} />;
  return (
    <EmptyState
      title={t('emptyTitle', { object: label(object.label), objects: label(object.plural) })}
      action={
        object.can('create') ? (
          <Button type="primary" onClick={() => { openForm({ object: object.name }); }}>{t('newOf', { object: label(object.label) })}</Button>
        ) : undefined
      }
    />
  );
}
