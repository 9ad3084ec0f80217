import { PlusOutlined } from '@ant-design/icons';
import { useDroppable } from '@dnd-kit/core';
import { Button, Skeleton, Tooltip } from 'antd';
import type { Row } from '@/api/types';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { optionColor } from '@/ui/OptionTag';
import { ErrorState } from '@/ui/states';
import type { BoardColumn, StageSum } from './board';
import { KanbanCard } from './KanbanCard';
import { kanbanTexts } from './texts';
import { useCards, type Board } from './useBoard';

interface Props {
  board: Board;
  column: BoardColumn;
  columns: BoardColumn[];
  sum: StageSum | undefined;
  /** The filter leaves this stage out: nothing to show, but a card may be dropped. */
  narrow: boolean;
  /** The card that is being dragged may not lie here: its type has no such stage. */
  closed: boolean;
  canMove: boolean;
  onMove: (row: Row, to: string) => void;
}

export function KanbanColumn({ board, column, columns, sum, narrow, closed, canMove, onMove }: Props) {
  const t = useTexts(kanbanTexts);
  const label = useLabel();
  const format = useFormat();
  const openForm = useOpenForm();
  const cards = useCards(board, column.value, !narrow);
  const { setNodeRef, isOver } = useDroppable({ id: `stage:${column.value}`, disabled: !canMove || closed });
  const rows = cards.data?.pages.flatMap((page) => page.rows) ?? [];
  const name = column.option ? label(column.option.label) : column.value || t('noStage');
  const count = sum?.count ?? 0;
  const look = (more: string) => ['kanban-column', more, isOver ? 'over' : '', closed ? 'closed' : ''].filter(Boolean).join(' ');
  if (narrow) {
    return (
      <section className={look('narrow')} aria-label={name} ref={setNodeRef}>
        <header className="kanban-head">
          <span className="kanban-bar" style={{ background: optionColor(column.option?.color) }} />
          <div className="kanban-title"><h2>{name}</h2></div>
        </header>
        <div className="kanban-empty">{t('dropHere')}</div>
      </section>
    );
  }
  return (
    <section className={look('')} aria-label={name} ref={setNodeRef}>
      <header className="kanban-head">
        <span className="kanban-bar" style={{ background: optionColor(column.option?.color) }} />
        <div className="kanban-title">
          <h2>{name}</h2>
          <span className="kanban-count number" title={t('count', { n: count })}>{format.number(count)}</span>
          {board.object.can('create') ? (
            <Button
              type="text"
              size="small"
              icon={<PlusOutlined />}
              className="kanban-add"
              aria-label={t('newIn', { stage: name })}
              title={t('newIn', { stage: name })}
              onClick={() => { openForm({ object: board.object.name, initial: { [board.stage]: column.value || null } }); }}
            />
          ) : null}
        </div>
        {typeof sum?.total === 'string' ? (
          <Tooltip title={format.money(sum.total)} placement="bottomLeft"><span className="kanban-sum number">{format.shortMoney(sum.total)}</span></Tooltip>
        ) : board.amount ? <span className="kanban-sum number">{format.shortMoney('0')}</span> : null}
      </header>
      <ul className="kanban-cards">
        {cards.isPending ? <li><Skeleton active paragraph={{ rows: 2 }} /></li> : null}
        {cards.isError ? <li><ErrorState error={cards.error} onRetry={() => void cards.refetch()} /></li> : null}
        {cards.isSuccess && rows.length === 0 ? <li className="kanban-empty">{isOver ? t('dropHere') : t('empty')}</li> : null}
        {rows.map((row) => (
          <KanbanCard key={row.id} board={board} row={row} columns={columns} canMove={canMove} onMove={onMove} />
        ))}
      </ul>
      {cards.hasNextPage ? (
        <Button type="text" block loading={cards.isFetchingNextPage} onClick={() => void cards.fetchNextPage()}>
          {t('loadMore', { n: Math.min(20, Math.max(1, count - rows.length)) })}
        </Button>
      ) : null}
    </section>
  );
}
