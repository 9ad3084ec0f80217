import { useDroppable } from '@dnd-kit/core';
import dayjs from 'dayjs';
import { useEffect, useRef } from 'react';
import type { Row } from '@/api/types';
import { useFormat, useSettings, useTexts } from '@/i18n';
import { Entry } from './Entry';
import { blocksOn, timeAt } from './hours';
import { calendarTexts } from './texts';
import type { Calendar } from './useCalendar';

export const HOUR_HEIGHT = 44;
const FIRST_SHOWN = 7.5;

interface Props {
  calendar: Calendar;
  days: string[];
  byDay: Map<string, Row[]>;
  canMove: boolean;
  canCreate: boolean;
  today: string;
  onCreate: (day: string, time: string) => void;
  onOpen: (day: string) => void;
}

/** Days with their hours: entries as long as they last, to be dragged to another time and made by a click. */
export function HourGrid({ calendar, days, byDay, canMove, canCreate, today, onCreate, onOpen }: Props) {
  const t = useTexts(calendarTexts);
  const { language } = useSettings();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current) box.current.scrollTop = FIRST_SHOWN * HOUR_HEIGHT;
  }, []);
  const locale = language === 'zh' ? 'zh-cn' : 'en';
  const columns = { gridTemplateColumns: `48px repeat(${String(days.length)}, minmax(0, 1fr))` };
  return (
    <div className="hour-grid" role="group" aria-label={t('calendar')}>
      <div className="hour-head" style={columns}>
        <span />
        {days.map((day) => (
          <button key={day} type="button" className={day === today ? 'hour-day today' : 'hour-day'} onClick={() => { onOpen(day); }}>
            <span>{dayjs(day).locale(locale).format('ddd')}</span>
            <strong>{Number(day.slice(8))}</strong>
          </button>
        ))}
      </div>
      <div className="hour-body" ref={box}>
        <div className="hour-columns" style={columns}>
          <div className="hour-scale" aria-hidden="true">
            {Array.from({ length: 24 }, (_, hour) => <span key={hour} style={{ height: HOUR_HEIGHT }}>{hour > 0 ? `${String(hour).padStart(2, '0')}:00` : ''}</span>)}
          </div>
          {days.map((day) => (
            <DayColumn key={day} calendar={calendar} day={day} rows={byDay.get(day) ?? []} canMove={canMove} canCreate={canCreate} today={day === today} onCreate={onCreate} />
          ))}
        </div>
      </div>
    </div>
  );
}

interface ColumnProps {
  calendar: Calendar;
  day: string;
  rows: Row[];
  canMove: boolean;
  canCreate: boolean;
  today: boolean;
  onCreate: (day: string, time: string) => void;
}

function DayColumn({ calendar, day, rows, canMove, canCreate, today, onCreate }: ColumnProps) {
  const format = useFormat();
  const { timezone } = useSettings();
  const { setNodeRef, isOver } = useDroppable({ id: `day:${day}`, disabled: !canMove });
  const now = dayjs().tz(timezone);
  return (
    <section
      ref={setNodeRef}
      className={isOver ? 'hour-column over' : 'hour-column'}
      style={{ height: 24 * HOUR_HEIGHT, backgroundSize: `100% ${String(HOUR_HEIGHT)}px` }}
      aria-label={format.date(day)}
      onClick={(event) => {
        if (canCreate && event.target === event.currentTarget) onCreate(day, timeAt(event.nativeEvent.offsetY, HOUR_HEIGHT));
      }}
    >
      {today ? <div className="hour-now" style={{ top: ((now.hour() * 60 + now.minute()) / 60) * HOUR_HEIGHT }} /> : null}
      <ul>
        {blocksOn(rows, calendar.dates, day).map(({ row, from, to, lane, lanes }) => (
          <Entry
            key={row.id}
            calendar={calendar}
            row={row}
            day={day}
            canMove={canMove}
            style={{
              top: (from / 60) * HOUR_HEIGHT,
              height: ((to - from) / 60) * HOUR_HEIGHT - 2,
              insetInlineStart: `${String((lane / lanes) * 100)}%`,
              width: `calc(${String(100 / lanes)}% - 3px)`,
            }}
          />
        ))}
      </ul>
    </section>
  );
}
