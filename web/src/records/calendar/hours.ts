/** A day with hours: where its entries stand, side by side where they are at the same time. Minutes of the reader's day. */
import dayjs from 'dayjs';
import type { Row } from '@/api/types';
import { dayOf, type Dates } from './calendar';

export const DAY_MINUTES = 24 * 60;
/** How long an entry is drawn that says nothing of its end, and how short at least. */
const USUAL = 60;
const SHORTEST = 30;
export const SNAP = 15;

export interface Block {
  row: Row;
  from: number;
  to: number;
  /** Which of how many columns of the day it has. */
  lane: number;
  lanes: number;
}

const minutesOf = (value: string, zone: string): number => {
  const local = dayjs(value).tz(zone);
  return local.hour() * 60 + local.minute();
};

/** The entries of one day with their place on it; those at the same time share its width. */
export function blocksOn(rows: Row[], dates: Dates, day: string): Block[] {
  const blocks = rows.flatMap((row): Block[] => {
    const start = row[dates.start.name];
    const end = dates.end ? row[dates.end.name] : undefined;
    if (typeof start !== 'string') return [];
    const from = dayOf(start, dates.zone) === day ? minutesOf(start, dates.zone) : 0;
    const stated = typeof end === 'string' && end > start ? end : undefined;
    const last = stated === undefined ? undefined : dayOf(stated, dates.zone);
    const to = stated === undefined ? from + USUAL : last === day ? minutesOf(stated, dates.zone) : DAY_MINUTES;
    return [{ row, from, to: Math.min(DAY_MINUTES, Math.max(to, from + SHORTEST)), lane: 0, lanes: 1 }];
  }).sort((a, b) => a.from - b.from || b.to - a.to);
  let group: Block[] = [];
  let until = -1;
  const close = () => { for (const block of group) block.lanes = Math.max(...group.map(({ lane }) => lane)) + 1; };
  for (const block of blocks) {
    if (block.from >= until) {
      close();
      group = [];
      until = -1;
    }
    const taken = new Set(group.filter((other) => other.to > block.from).map(({ lane }) => lane));
    while (taken.has(block.lane)) block.lane += 1;
    group.push(block);
    until = Math.max(until, block.to);
  }
  close();
  return blocks;
}

/** A distance on the screen as minutes, in steps. */
export const snapped = (pixels: number, hourHeight: number): number => Math.round((pixels / hourHeight) * 60 / SNAP) * SNAP;

/** The half hour at which somebody clicked. */
export function timeAt(pixels: number, hourHeight: number): string {
  const minutes = Math.max(0, Math.min(DAY_MINUTES - 30, Math.floor((pixels / hourHeight) * 2) * 30));
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
