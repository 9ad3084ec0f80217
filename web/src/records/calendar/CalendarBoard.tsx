import { LeftOutlined, PlusOutlined, RightOutlined } from '@ant-design/icons';
import { DndContext, DragOverlay, KeyboardSensor, MouseSensor, pointerWithin, rectIntersection, TouchSensor, useDroppable, useSensor, useSensors, type CollisionDetection, type KeyboardCoordinateGetter } from '@dnd-kit/core';
import { Alert, Button, Segmented } from 'antd';
import dayjs from 'dayjs';
import { useState, type ReactNode } from 'react';
import type { Display } from '@/api/displays';
import type { ObjectModel } from '@/api/metadata';
import type { FilterJson, Row } from '@/api/types';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { daysOf, MODES, onDays, stepped, valuesOn, type Dates, type Mode } from './calendar';
import './calendar.css';
import { Entry, EntryFace } from './Entry';
import { HOUR_HEIGHT, HourGrid } from './HourGrid';
import { snapped } from './hours';
import { calendarTexts } from './texts';
import { ENTRIES_MAX, useEntries, useMoveEntry, type Calendar } from './useCalendar';

const REMEMBERED = 'dougong.calendar';
const SHOWN_IN_MONTH = 4;

const overlapping: CollisionDetection = (args) => {
  const within = pointerWithin(args);
  return within.length > 0 ? within : rectIntersection(args);
};

/** Arrow keys carry an entry to the day beside, above or below; where days have hours, by half an hour. */
const byDays: KeyboardCoordinateGetter = (event, { currentCoordinates, context }) => {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.code];
  const rect = [...context.droppableRects.values()][0];
  if (!step || !rect) return undefined;
  const height = Math.round(rect.height) === 24 * HOUR_HEIGHT ? HOUR_HEIGHT / 2 : rect.height;
  return { x: currentCoordinates.x + (step[0] ?? 0) * rect.width, y: currentCoordinates.y + (step[1] ?? 0) * height };
};

interface Props {
  object: ObjectModel;
  filter: FilterJson | null;
  columns: string[];
  display: Display;
}

/** Records on the days of one of their dates. */
export function CalendarBoard({ object, filter, columns, display }: Props) {
  const { timezone } = useSettings();
  const start = object.field(display.start ?? '');
  if (!start) return null;
  const dates: Dates = { start, end: object.field(display.end ?? ''), zone: timezone };
  const used = new Set([object.name_field, start.name, display.end, display.color]);
  const calendar: Calendar = { object, dates, color: display.color ?? null, filter, details: columns.filter((path) => !used.has(path)).slice(0, 3) };
  return <Days calendar={calendar} />;
}

function rememberedMode(phone: boolean): Mode {
  const stored = localStorage.getItem(REMEMBERED);
  if (phone) return 'agenda';
  return MODES.find((mode) => mode === stored) ?? 'month';
}

function Days({ calendar }: { calendar: Calendar }) {
  const t = useTexts(calendarTexts);
  const label = useLabel();
  const format = useFormat();
  const phone = useIsPhone();
  const openForm = useOpenForm();
  const { language } = useSettings();
  const { object, dates } = calendar;
  const today = format.today();
  const [mode, setMode] = useState<Mode>(() => rememberedMode(phone));
  const [anchor, setAnchor] = useState(today);
  const [dragged, setDragged] = useState<Row>();
  const days = daysOf(mode, anchor);
  const entries = useEntries(calendar, days);
  const move = useMoveEntry(calendar, days);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: byDays }),
  );
  const show = (next: Mode, on = anchor) => {
    setMode(next);
    setAnchor(on);
    if (!phone) localStorage.setItem(REMEMBERED, next);
  };
  const locale = language === 'zh' ? 'zh-cn' : 'en';
  const first = dayjs(days[0]).locale(locale);
  const last = dayjs(days.at(-1)).locale(locale);
  const whole = dayjs(anchor).locale(locale);
  const long = language === 'zh' ? 'YYYY年M月D日' : 'MMM D, YYYY';
  const title = mode === 'month' ? whole.format(language === 'zh' ? 'YYYY年M月' : 'MMMM YYYY')
    : mode === 'day' ? whole.format(`${long} dddd`)
    : `${first.format(long)} – ${last.format(language === 'zh' ? (first.year() === last.year() ? 'M月D日' : long) : long)}`;
  const canCreate = object.can('create') && dates.start.access === 'edit';
  const canMove = object.can('update') && dates.start.access === 'edit';
  const create = (day: string, time?: string) => { openForm({ object: object.name, initial: valuesOn(dates, day, time) }); };
  const hourly = !phone && (mode === 'week' || mode === 'day') && dates.start.type === 'datetime';
  const byDay = onDays(entries.data?.rows ?? [], dates, days);
  const head = (
    <div className="calendar-head">
      <Button onClick={() => { setAnchor(today); }}>{t('today')}</Button>
      <Button type="text" icon={<LeftOutlined />} aria-label={t('previous')} onClick={() => { setAnchor(stepped(mode, anchor, -1)); }} />
      <Button type="text" icon={<RightOutlined />} aria-label={t('next')} onClick={() => { setAnchor(stepped(mode, anchor, 1)); }} />
      <h2 aria-live="polite">{title}</h2>
      <Segmented<Mode> aria-label={t('modes')} value={mode} options={(phone ? MODES.filter((one) => one !== 'week') : MODES).map((one) => ({ value: one, label: t(one) }))} onChange={(next) => { show(next); }} />
    </div>
  );
  const body = (): ReactNode => {
    if (entries.isError) return <ErrorState error={entries.error} onRetry={() => void entries.refetch()} />;
    if (entries.isPending) return <PageSkeleton />;
    const shared = { calendar, canMove, canCreate, today, onCreate: create };
    if (hourly) return <HourGrid {...shared} days={days} byDay={byDay} onOpen={(day) => { show('day', day); }} />;
    if (mode === 'agenda' || mode === 'day') {
      const filled = days.filter((day) => (byDay.get(day) ?? []).length > 0);
      if (filled.length === 0) {
        return (
          <EmptyState
            title={t('emptyRange', { objects: label(object.plural) })}
            hint={t('emptyHint')}
            action={canCreate ? <Button icon={<PlusOutlined />} onClick={() => { create(anchor); }}>{t('newOn', { day: format.date(anchor) })}</Button> : undefined}
          />
        );
      }
      return (
        <div className="calendar-agenda">
          {filled.map((day) => <AgendaDay key={day} {...shared} day={day} rows={byDay.get(day) ?? []} />)}
        </div>
      );
    }
    return (
      <div className={`calendar-grid ${mode}`} role="group" aria-label={t('calendar')}>
        {days.slice(0, 7).map((day) => <span key={day} className="calendar-weekday">{dayjs(day).locale(locale).format('ddd')}</span>)}
        {days.map((day) => (
          <DayCell
            key={day}
            {...shared}
            day={day}
            rows={byDay.get(day) ?? []}
            most={mode === 'month' ? SHOWN_IN_MONTH : Infinity}
            outside={mode === 'month' && day.slice(0, 7) !== anchor.slice(0, 7)}
            phone={phone}
            onOpen={() => { show('day', day); }}
          />
        ))}
      </div>
    );
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={overlapping}
      accessibility={{ screenReaderInstructions: { draggable: t('instructions') } }}
      onDragStart={(event) => { setDragged((event.active.data.current as { row: Row } | undefined)?.row); }}
      onDragCancel={() => { setDragged(undefined); }}
      onDragEnd={(event) => {
        const lifted = event.active.data.current as { row: Row; day: string } | undefined;
        setDragged(undefined);
        if (lifted && event.over) move(lifted.row, lifted.day, String(event.over.id).replace(/^day:/, ''), hourly ? snapped(event.delta.y, HOUR_HEIGHT) : 0);
      }}
    >
      <div className="calendar" aria-busy={entries.isFetching}>
        {head}
        {entries.data?.next ? <Alert type="info" showIcon title={t('capped', { n: ENTRIES_MAX })} /> : null}
        {body()}
      </div>
      <DragOverlay dropAnimation={null}>{dragged ? <EntryFace calendar={calendar} row={dragged} lifted /> : null}</DragOverlay>
    </DndContext>
  );
}

interface DayProps {
  calendar: Calendar;
  day: string;
  rows: Row[];
  canMove: boolean;
  canCreate: boolean;
  today: string;
  onCreate: (day: string) => void;
}

function DayCell({ calendar, day, rows, canMove, canCreate, today, onCreate, most, outside, phone, onOpen }: DayProps & { most: number; outside: boolean; phone: boolean; onOpen: () => void }) {
  const t = useTexts(calendarTexts);
  const format = useFormat();
  const { setNodeRef, isOver } = useDroppable({ id: `day:${day}`, disabled: !canMove });
  const left = rows.length - most;
  const shown = left > 0 ? rows.slice(0, most - 1) : rows;
  const classes = ['calendar-day', outside ? 'outside' : '', day === today ? 'today' : '', isOver ? 'over' : ''].filter(Boolean).join(' ');
  const number = Number(day.slice(8));
  if (phone) {
    return (
      <div className={classes} ref={setNodeRef}>
        <button type="button" className="calendar-number" aria-label={`${format.date(day)} · ${String(rows.length)}`} onClick={onOpen}>
          {number}
          {rows.length > 0 ? <span className="calendar-dot">{rows.length}</span> : null}
        </button>
      </div>
    );
  }
  return (
    <section
      className={classes}
      ref={setNodeRef}
      aria-label={format.date(day)}
      onClick={(event) => { if (canCreate && event.target === event.currentTarget) onCreate(day); }}
    >
      <header>
        <button type="button" className="calendar-number" aria-label={format.date(day)} onClick={onOpen}>{number}</button>
        {canCreate ? <Button type="text" size="small" className="calendar-add" icon={<PlusOutlined />} aria-label={t('newOn', { day: format.date(day) })} onClick={() => { onCreate(day); }} /> : null}
      </header>
      <ul>
        {shown.map((row) => <Entry key={row.id} calendar={calendar} row={row} day={day} canMove={canMove} wide={most === Infinity} />)}
      </ul>
      {left > 0 ? <Button type="link" size="small" className="calendar-more" onClick={onOpen}>{t('more', { n: rows.length - shown.length })}</Button> : null}
    </section>
  );
}

function AgendaDay({ calendar, day, rows, canMove, canCreate, today, onCreate }: DayProps) {
  const t = useTexts(calendarTexts);
  const format = useFormat();
  const { language } = useSettings();
  const { setNodeRef, isOver } = useDroppable({ id: `day:${day}`, disabled: !canMove });
  return (
    <section className={['calendar-agenda-day', day === today ? 'today' : '', isOver ? 'over' : ''].filter(Boolean).join(' ')} ref={setNodeRef} aria-label={format.date(day)}>
      <header>
        <strong>{dayjs(day).locale(language === 'zh' ? 'zh-cn' : 'en').format(language === 'zh' ? 'M月D日 dddd' : 'ddd, MMM D')}</strong>
        {day === today ? <span>{t('today')}</span> : null}
        {canCreate ? <Button type="text" size="small" icon={<PlusOutlined />} aria-label={t('newOn', { day: format.date(day) })} onClick={() => { onCreate(day); }} /> : null}
      </header>
      <ul>{rows.map((row) => <Entry key={row.id} calendar={calendar} row={row} day={day} canMove={canMove} wide />)}</ul>
    </section>
  );
}
