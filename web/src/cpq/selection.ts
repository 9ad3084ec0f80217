/** What is chosen in a bundle, and what can be chosen next: the rules as the server has them, so that one sees them before asking. */
import type { Bundle, BundleOption, Choice } from '@/api/bundles';

export interface Picked {
  /** In each bundle. */
  quantity: string;
  /** What is chosen in it, where it is a bundle itself. */
  parts: Selection;
}

/** By option. */
export type Selection = Readonly<Record<string, Picked>>;

export const selectionOf = (choices: Choice[]): Selection =>
  Object.fromEntries(choices.map(({ option, quantity, chosen }) => [option, { quantity, parts: selectionOf(chosen) }]));

export const choicesOf = (selection: Selection): Choice[] =>
  Object.entries(selection).map(([option, { quantity, parts }]) => ({ option, quantity, chosen: choicesOf(parts) }));

/** 0 is not chosen. */
export const isPicked = (selection: Selection, option: string): boolean => Number(selection[option]?.quantity ?? 0) > 0;

export type Reason =
  | { why: 'outOfUse' }
  | { why: 'excluded'; by: string[] }
  | { why: 'needs'; one: string[] }
  | { why: 'most'; feature: string; most: number }
  | { why: 'neededBy'; required: string };

const nameOf = (bundle: Bundle, id: string): string => bundle.options.find((one) => one.id === id)?.name ?? `#${id}`;

/** Why an option that is not chosen cannot be; undefined where it can. */
export function heldBack(bundle: Bundle, selection: Selection, option: BundleOption): Reason | undefined {
  if (!option.usable) return { why: 'outOfUse' };
  const picked = (id: string) => isPicked(selection, id);
  for (const { option: of, excludes, others } of bundle.conditions) {
    if (!excludes && of === option.id && !others.some(picked)) return { why: 'needs', one: others.map((id) => nameOf(bundle, id)) };
    if (!excludes) continue;
    // Either way round: it would be the last of those that do not go together.
    const together = [of, ...others];
    const rest = together.filter((id) => id !== option.id);
    if (together.includes(option.id) && rest.every(picked)) return { why: 'excluded', by: rest.map((id) => nameOf(bundle, id)) };
  }
  const feature = bundle.features.find((one) => one.id === option.feature);
  // Where there is one place, choosing another takes it.
  if (feature?.most && countIn(bundle, selection, feature.id) >= feature.most && !(feature.most === 1 && replaced(bundle, selection, option))) {
    return { why: 'most', feature: feature.name, most: feature.most };
  }
  return undefined;
}

export const countIn = (bundle: Bundle, selection: Selection, feature: string): number =>
  bundle.options.filter((one) => one.feature === feature && isPicked(selection, one.id)).length;

/** The option that gives its place to this one: the only one of a feature that has room for one. */
function replaced(bundle: Bundle, selection: Selection, option: BundleOption): BundleOption | undefined {
  const feature = bundle.features.find((one) => one.id === option.feature);
  if (feature?.most !== 1) return undefined;
  const there = bundle.options.find((one) => one.feature === feature.id && one.id !== option.id && isPicked(selection, one.id));
  return there && !kept(bundle, selection, there) ? there : undefined;
}

/** Why an option that is chosen stays so: something that is required needs it. */
export function kept(bundle: Bundle, selection: Selection, option: BundleOption): Reason | undefined {
  const required = [option, ...lost(bundle, without(selection, option.id))].find((one) => one.required);
  return required ? { why: 'neededBy', required: required.name } : undefined;
}

/** The options that cannot stay, because nothing of what they need is chosen any more. */
function lost(bundle: Bundle, selection: Selection): BundleOption[] {
  const gone: BundleOption[] = [];
  let left = selection;
  for (;;) {
    const now = left;
    const broken = bundle.conditions.find(({ option, excludes, others }) => !excludes && isPicked(now, option) && !others.some((id) => isPicked(now, id)));
    const option = broken && bundle.options.find((one) => one.id === broken.option);
    if (!option) return gone;
    gone.push(option);
    left = without(left, option.id);
  }
}

const without = (selection: Selection, id: string): Selection => Object.fromEntries(Object.entries(selection).filter(([option]) => option !== id));

export interface Turn {
  selection: Selection;
  /** What went with it: because it needed what is not chosen any more, or because its place was taken. */
  also: { name: string; needed: string }[];
  replaced?: string;
}

/** Choose an option, or no longer. What depends on it goes with it, and is told. */
export function turn(bundle: Bundle, selection: Selection, option: BundleOption, on: boolean): Turn {
  if (!on) return takeAway(bundle, selection, option);
  const place = replaced(bundle, selection, option);
  const before = place ? takeAway(bundle, selection, place) : { selection, also: [] };
  const picked: Picked = { quantity: option.quantity, parts: option.bundle ? selectionOf(option.bundle.chosen) : {} };
  return { selection: { ...before.selection, [option.id]: picked }, also: before.also, ...(place ? { replaced: place.name } : {}) };
}

function takeAway(bundle: Bundle, selection: Selection, option: BundleOption): Turn {
  let left = without(selection, option.id);
  const gone = lost(bundle, left);
  for (const one of gone) left = without(left, one.id);
  return { selection: left, also: gone.map((one) => ({ name: one.name, needed: option.name })) };
}

/** A line of a document, as far as configuring it again is concerned. */
export interface Component {
  id: string;
  parent: string | null;
  option: string | null;
  each: string | null;
}

/** What the bundle of a line holds now. */
export const selectionIn = (components: Component[], line: string): Selection =>
  Object.fromEntries(
    components
      .filter((one) => one.parent === line && one.option !== null)
      .map((one) => [one.option ?? '', { quantity: one.each ?? '0', parts: selectionIn(components, one.id) }]),
  );
