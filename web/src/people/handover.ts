import type { HandoverBody, Holding } from '@/api/moves';

/** What was chosen of each kind of record; what is not mentioned goes, all of it. */
export type Choices = Record<string, { taken?: boolean; open_only?: boolean; to?: string }>;

const taken = (holdings: Holding[], choices: Choices): Holding[] =>
  holdings.filter(({ object, can }) => can && choices[object]?.taken !== false);

/** The parts of the hand-over; null while one of them has nobody who receives it. */
export function partsOf(holdings: Holding[], choices: Choices, everybody: string | undefined): HandoverBody['parts'] | null {
  const parts = taken(holdings, choices).map(({ object }) => {
    const { to = everybody, open_only = false } = choices[object] ?? {};
    return { object, to_id: to ?? '', open_only };
  });
  return parts.some(({ to_id }) => to_id === '') ? null : parts;
}

/** How many records that is. */
export const numberOf = (holdings: Holding[], choices: Choices): number =>
  taken(holdings, choices).reduce((sum, { object, total, open }) => sum + (choices[object]?.open_only && open ? open.number : total.number), 0);
