/** Where people stand whom nobody has placed: superiors above, those who report to them below, without overlaps. */
import type { Point } from './people';

export const BOX = { width: 196, height: 92 } as const;
const GAP = { x: 36, y: 70 } as const;
/** People without anybody above or below them stand in rows of so many. */
const ROW = 5;

interface Placed {
  id: string;
  reportsTo: string | null;
}

/** A place for each; who reports in a circle, or to somebody who is not on the map, stands at the top. */
export function arrange(people: readonly Placed[]): Map<string, Point> {
  const ids = new Set(people.map((person) => person.id));
  const above = new Map(people.map((person) => [person.id, person.reportsTo !== null && ids.has(person.reportsTo) && person.reportsTo !== person.id ? person.reportsTo : null]));
  const circular = (start: string): boolean => {
    const seen = new Set<string>();
    for (let at: string | null = start; at !== null; at = above.get(at) ?? null) {
      if (seen.has(at)) return true;
      seen.add(at);
    }
    return false;
  };
  const parent = new Map(people.map((person) => [person.id, circular(person.id) ? null : (above.get(person.id) ?? null)]));
  const below = new Map<string, string[]>();
  for (const person of people) {
    const up = parent.get(person.id);
    if (up) below.set(up, [...(below.get(up) ?? []), person.id]);
  }
  const places = new Map<string, Point>();
  let across = 0;
  /** Places a person and all below; the middle of the row of reports is under the superior. */
  const place = (id: string, level: number): number => {
    const reports = below.get(id) ?? [];
    const middles = reports.map((report) => place(report, level + 1));
    const first = middles[0];
    const last = middles.at(-1);
    const x = first === undefined || last === undefined ? across : (first + last) / 2;
    if (first === undefined) across += BOX.width + GAP.x;
    places.set(id, { x: Math.round(x), y: level * (BOX.height + GAP.y) });
    return x;
  };
  const tops = people.filter((person) => parent.get(person.id) === null);
  const heads = tops.filter((person) => below.has(person.id));
  for (const head of heads) place(head.id, 0);
  const alone = tops.filter((person) => !below.has(person.id));
  const depth = Math.max(-1, ...[...places.values()].map((point) => Math.round(point.y / (BOX.height + GAP.y))));
  for (const [n, person] of alone.entries()) {
    places.set(person.id, { x: (n % ROW) * (BOX.width + GAP.x), y: (depth + 1 + Math.floor(n / ROW)) * (BOX.height + GAP.y) });
  }
  return places;
}

/** Where everybody stands: as saved, and whoever is new below all of them. */
export function placesFor(people: readonly Placed[], saved: ReadonlyMap<string, Point>): Map<string, Point> {
  const kept = people.filter((person) => saved.has(person.id));
  if (kept.length === 0) return arrange(people);
  const places = new Map(kept.map((person) => [person.id, saved.get(person.id) ?? { x: 0, y: 0 }]));
  const bottom = Math.max(...[...places.values()].map((point) => point.y));
  const left = Math.min(...[...places.values()].map((point) => point.x));
  for (const [n, person] of people.filter((one) => !saved.has(one.id)).entries()) {
    places.set(person.id, { x: left + (n % ROW) * (BOX.width + GAP.x), y: bottom + (1 + Math.floor(n / ROW)) * (BOX.height + GAP.y) });
  }
  return places;
}
