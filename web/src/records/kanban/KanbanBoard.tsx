import {
  DndContext, DragOverlay, KeyboardSensor, MouseSensor, TouchSensor, pointerWithin, rectIntersection, useSensor, useSensors,
  type CollisionDetection, type DragEndEvent, type DragStartEvent, type KeyboardCoordinateGetter,
} from '@dnd-kit/core';
import { useState } from 'react';
import type { Display } from '@/api/displays';
import type { ObjectModel } from '@/api/metadata';
import type { FilterJson, OrderBy, Row } from '@/api/types';
import { useTexts } from '@/i18n';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { boardColumns, leftOut, mayLie, nextColumn, stagesOf, sumsByStage, typesLeft } from './board';
import './kanban.css';
import { CardFace } from './KanbanCard';
import { KanbanColumn } from './KanbanColumn';
import { kanbanTexts } from './texts';
import { useMove, useSums, type Board } from './useBoard';

const DETAILS = 3;

/** The column under the pointer; with the keyboard the one that the card lies on. */
const overlapping: CollisionDetection = (args) => {
  const within = pointerWithin(args);
  return within.length > 0 ? within : rectIntersection(args);
};

/** Arrow keys carry the card to the next column, however wide the columns are. */
const byColumns: KeyboardCoordinateGetter = (event, { currentCoordinates, context }) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.code];
  if (step === undefined) return undefined;
  const lefts = [...context.droppableRects.values()].map(({ left }) => left).sort((a, b) => a - b);
  const left = nextColumn(lefts, currentCoordinates.x, step);
  return left === undefined ? currentCoordinates : { ...currentCoordinates, x: left };
};

interface Props {
  object: ObjectModel;
  filter: FilterJson | null;
  order: OrderBy[];
  /** The columns of the list: their first fields stand on the cards. */
  columns: string[];
  /** The select that makes the columns, and the amount that is summed up in them. */
  display: Display;
}

/** Records as cards in the columns of their stage. */
export function KanbanBoard({ object, filter, order, columns, display }: Props) {
  const t = useTexts(kanbanTexts);
  const field = object.field(display.group ?? '');
  const stage = field?.name ?? '';
  const amount = display.amount ?? null;
  const board: Board = {
    object, stage, amount, filter, order,
    details: columns.filter((path) => path !== object.name_field && path !== stage && path !== amount).slice(0, DETAILS),
  };
  const sums = useSums(board);
  const move = useMove(board);
  const [dragged, setDragged] = useState<Row>();
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: byColumns }),
  );
  if (sums.isPending) return <PageSkeleton />;
  if (sums.isError) return <ErrorState error={sums.error} onRetry={() => void sums.refetch()} />;

  const byStage = sumsByStage(sums.data.rows, stage);
  const shown = boardColumns(stagesOf(object, stage, field?.options ?? [], typesLeft(filter)), byStage, field?.required !== true);
  const canMove = object.can('update') && field?.access === 'edit';
  const rowOf = (event: DragStartEvent | DragEndEvent) => (event.active.data.current as { row: Row } | undefined)?.row;
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={overlapping}
      autoScroll={{ acceleration: 5, threshold: { x: 0.14, y: 0.1 } }}
      accessibility={{ screenReaderInstructions: { draggable: t('instructions') } }}
      onDragStart={(event) => { setDragged(rowOf(event)); }}
      onDragCancel={() => { setDragged(undefined); }}
      onDragEnd={(event) => {
        const row = rowOf(event);
        setDragged(undefined);
        if (row && event.over) move(row, String(event.over.id).replace(/^stage:/, ''));
      }}
    >
      <div className={dragged ? 'kanban dragging' : 'kanban'} role="group" aria-label={t('board')}>
        {shown.map((column) => (
          <KanbanColumn key={column.value} board={board} column={column} columns={shown} sum={byStage.get(column.value)} closed={dragged !== undefined && !mayLie(object, stage, dragged, column.value)} narrow={leftOut(filter, stage, column.value)} canMove={canMove} onMove={move} />
        ))}
      </div>
      <DragOverlay dropAnimation={null}>{dragged ? <CardFace board={board} row={dragged} lifted /> : null}</DragOverlay>
    </DndContext>
  );
}
