/** An option set while it is edited: what a row is, what saving would send, and what is still missing. */
import type { OptionSetBody } from '@/api/definitions';
import type { OptionSetAnswer } from '@/api/optionSets';
import type { Option } from '@/api/types';
import { isBlankLabel, wholeLabel } from '@/settings/objects/fieldBody';

export interface OptionDraft extends Option {
  /** Stays the same while the code is still being chosen. */
  key: string;
  /** Stored already: records may hold its code. */
  stored: boolean;
}

export interface SetDraft {
  name: string;
  zh: string;
  en: string;
  help: string;
  controlledBy: string | null;
  options: OptionDraft[];
}

export const COLORS = ['red', 'orange', 'gold', 'green', 'cyan', 'blue', 'purple', 'pink', 'gray'];

let made = 0;

export const newOption = (): OptionDraft => {
  made += 1;
  return { key: `new-${String(made)}`, stored: false, value: '', label: { zh: '', en: '' }, active: true };
};

export const emptyDraft = (): SetDraft => ({ name: '', zh: '', en: '', help: '', controlledBy: null, options: [newOption()] });

export const draftOf = (set: OptionSetAnswer): SetDraft => ({
  name: set.name,
  zh: set.label.zh,
  en: set.label.en,
  help: set.help?.zh ?? '',
  controlledBy: set.controlled_by,
  options: set.options.map((option) => ({ ...option, key: option.value, stored: true })),
});

/** A code from an English name: `Net 30 days` → `net_30_days`. */
export const codeFrom = (text: string): string => text.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 40);

/** The codes of `options`, made up for new ones that have none: from the English name, else numbered. */
export function coded(options: OptionDraft[]): OptionDraft[] {
  const taken = new Set(options.map((option) => option.value).filter(Boolean));
  return options.map((option) => {
    if (option.value) return option;
    const wanted = codeFrom(option.label.en) || 'option';
    let value = wanted;
    for (let n = 2; taken.has(value); n += 1) value = `${wanted}_${String(n)}`;
    taken.add(value);
    return { ...option, value };
  });
}

const plainOption = ({ value, label, color, active, default: chosen, fixed, shown_for: shown, attributes }: OptionDraft): Option => ({
  value,
  label: wholeLabel(label),
  ...(color ? { color } : {}),
  ...(active === false ? { active: false } : {}),
  ...(chosen ? { default: true } : {}),
  ...(fixed ? { fixed: true } : {}),
  ...(shown ? { shown_for: shown } : {}),
  ...(attributes && Object.keys(attributes).length > 0 ? { attributes } : {}),
});

/** What saving sends. Without a set above no option is limited. */
export const bodyOf = (draft: SetDraft): OptionSetBody => ({
  label: wholeLabel(draft),
  ...(draft.help.trim() ? { help: { zh: draft.help.trim(), en: draft.help.trim() } } : {}),
  ...(draft.controlledBy ? { controlled_by: draft.controlledBy } : {}),
  options: coded(draft.options).map((option) => plainOption(draft.controlledBy ? option : { ...option, shown_for: null })),
});

/** Colours that several offered options have: on a map nobody could tell these apart. */
export function sharedColors(options: OptionDraft[]): string[] {
  const used = options.filter((option) => option.active !== false && option.color && option.color !== 'default').map((option) => option.color ?? '');
  return [...new Set(used.filter((color, at) => used.indexOf(color) !== at))];
}

export type Missing = { text: 'fillName' | 'fillNames' } | { text: 'sameCode'; code: string };

export function missingIn(draft: SetDraft): Missing | undefined {
  if (isBlankLabel(draft) || !draft.name.trim()) return { text: 'fillName' };
  if (draft.options.length === 0 || draft.options.some((option) => isBlankLabel(option.label))) return { text: 'fillNames' };
  const codes = coded(draft.options).map((option) => option.value);
  const twice = codes.find((code, at) => codes.indexOf(code) !== at);
  return twice === undefined ? undefined : { text: 'sameCode', code: twice };
}

export const moved = <T,>(list: T[], from: number, to: number): T[] => {
  const item = list[from];
  return item === undefined || to < 0 || to >= list.length ? list : list.toSpliced(from, 1).toSpliced(to, 0, item);
};
