import { useDraggable } from '@dnd-kit/core';
import type { CSSProperties } from 'react';
import { Link } from 'react-router';
import { useModel } from '@/api/metadata';
import { may } from '@/api/rights';
import type { Row } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { optionColor } from '@/ui/OptionTag';
import { timeOf } from './calendar';
import type { Calendar } from './useCalendar';

interface Props {
  calendar: Calendar;
  row: Row;
  day: string;
  canMove: boolean;
  /** Room for what the columns of the list say. */
  wide?: boolean;
  /** Its place, where it stands at its hour. */
  style?: CSSProperties;
}

export const nameOf = (calendar: Calendar, row: Row): string => String(row[calendar.object.name_field] ?? '') || `#${row.id}`;

/** What an entry shows; also what hangs on the pointer while it is dragged. */
export function EntryFace({ calendar, row, wide, lifted }: { calendar: Calendar; row: Row; wide?: boolean; lifted?: boolean }) {
  const model = useModel();
  const { object, dates, color } = calendar;
  const option = color ? object.field(color)?.options?.find((one) => one.value === row[color]) : undefined;
  const time = timeOf(row[dates.start.name], dates.zone);
  return (
    <div className={['calendar-entry', wide ? 'wide' : '', lifted ? 'lifted' : ''].filter(Boolean).join(' ')} style={{ borderInlineStartColor: optionColor(option?.color) }}>
      {time ? <span className="calendar-time number">{time}</span> : null}
      <Link to={`/o/${object.name}/${row.id}`} className="calendar-name" draggable={false}>{nameOf(calendar, row)}</Link>
      {wide ? calendar.details.map((path) => {
        const field = model.fieldAt(object.name, path);
        if (!field || isBlank(row[path])) return null;
        const { Cell } = FIELD_WIDGETS[field.type];
        return <span key={path} className="calendar-detail"><Cell field={field} value={row[path]} row={row} path={path} /></span>;
      }) : null}
    </div>
  );
}

export function Entry({ calendar, row, day, canMove, wide, style }: Props) {
  const movable = canMove && may(row, 'update');
  const { attributes, listeners, setNodeRef, isDragging } = useDraggable({ id: `${row.id}@${day}`, data: { row, day }, disabled: !movable });
  return (
    <li ref={setNodeRef} style={style} {...attributes} {...listeners} role="listitem" aria-label={nameOf(calendar, row)} title={nameOf(calendar, row)} className={isDragging ? 'calendar-slot lifted' : movable ? 'calendar-slot' : 'calendar-slot fixed'}>
      <EntryFace calendar={calendar} row={row} wide={wide} />
    </li>
  );
}
