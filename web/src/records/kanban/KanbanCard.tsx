import { MoreOutlined } from '@ant-design/icons';
import { useDraggable } from '@dnd-kit/core';
import { Button, Dropdown, type MenuProps } from 'antd';
import { Link } from 'react-router';
import { useModel } from '@/api/metadata';
import { may } from '@/api/rights';
import type { Row } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { Marks } from '@/records/stages';
import { OptionTag } from '@/ui/OptionTag';
import { mayLie, type BoardColumn } from './board';
import { kanbanTexts } from './texts';
import type { Board } from './useBoard';

interface FaceProps {
  board: Board;
  row: Row;
  menu?: React.ReactNode;
  lifted?: boolean;
}

const nameOf = (board: Board, row: Row): string => String(row[board.object.name_field] ?? '') || `#${row.id}`;

/** What a card shows; also what hangs on the pointer while it is dragged. */
export function CardFace({ board, row, menu, lifted }: FaceProps) {
  const model = useModel();
  const format = useFormat();
  const amount = board.amount ? row[board.amount] : null;
  return (
    <div className={lifted ? 'kanban-card lifted' : 'kanban-card'}>
      <div className="kanban-card-head">
        <Link to={`/o/${board.object.name}/${row.id}`} className="kanban-name" draggable={false}>{nameOf(board, row)}</Link>
        {menu}
      </div>
      {isBlank(amount) ? null : <div className="kanban-amount number">{format.money(String(amount), 0)}</div>}
      <div className="kanban-details">
        {board.details.map((path) => {
          const field = model.fieldAt(board.object.name, path);
          if (!field || isBlank(row[path])) return null;
          const { Cell } = FIELD_WIDGETS[field.type];
          return <span key={path} className="kanban-detail"><Cell field={field} value={row[path]} row={row} path={path} /></span>;
        })}
      </div>
      <Marks object={board.object} row={row} />
    </div>
  );
}

interface Props {
  board: Board;
  row: Row;
  columns: BoardColumn[];
  canMove: boolean;
  onMove: (row: Row, to: string) => void;
}

export function KanbanCard({ board, row, columns, canMove: stageOpen, onMove }: Props) {
  const t = useTexts(kanbanTexts);
  const label = useLabel();
  const openForm = useOpenForm();
  const changeable = may(row, 'update');
  const canMove = stageOpen && changeable;
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({ id: row.id, data: { row }, disabled: !canMove });
  const current = String(row[board.stage] ?? '');
  const items: MenuProps['items'] = [
    ...(canMove
      ? [{
          key: 'move',
          type: 'group' as const,
          label: t('moveTo'),
          children: columns
            .filter((column) => column.value !== current && mayLie(board.object, board.stage, row, column.value))
            .map((column) => ({
              key: `to:${column.value}`,
              label: column.option ? <OptionTag text={label(column.option.label)} color={column.option.color} /> : column.value || t('noStage'),
            })),
        }]
      : []),
    ...(changeable ? [{ type: 'divider' as const }, { key: 'edit', label: t('edit') }] : []),
  ];
  const menu = items.length > 0 ? (
    <span onPointerDown={(event) => { event.stopPropagation(); }} onKeyDown={(event) => { event.stopPropagation(); }}>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          items,
          onClick: ({ key }) => {
            if (key === 'edit') openForm({ object: board.object.name, id: row.id });
            else onMove(row, key.slice(3));
          },
        }}
      >
        <Button type="text" size="small" icon={<MoreOutlined />} aria-label={t('cardMenu', { name: nameOf(board, row) })} />
      </Dropdown>
    </span>
  ) : null;
  return (
    <li ref={setNodeRef} {...attributes} {...listeners} role="listitem" aria-label={nameOf(board, row)} className={['kanban-slot', isDragging ? 'lifted' : '', canMove ? '' : 'fixed'].filter(Boolean).join(' ')}>
      <CardFace board={board} row={row} menu={menu} />
    </li>
  );
}
