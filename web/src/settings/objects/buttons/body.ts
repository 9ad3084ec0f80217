/** Buttons as they are defined. */
import type { FilterJson, Label } from '@/api/types';
import { isBlankLabel, wholeLabel } from '../fieldBody';

export interface ButtonBody {
  name: string;
  label: Label;
  kind: 'link' | 'create' | 'update' | 'print';
  places?: ('record' | 'list')[];
  icon?: string;
  primary?: boolean;
  url?: string;
  object?: string;
  values?: Record<string, unknown>;
  confirm?: Label;
  template?: string;
  visible_when?: FilterJson;
  profiles?: string[];
}

/** A name for a new button that none of the others has. */
export function freeName(kind: string, taken: string[]): string {
  for (let n = 1; ; n += 1) {
    const name = `${kind}_${String(n)}`;
    if (!taken.includes(name)) return name;
  }
}

/** The button without what its kind does not know, and without what is blank. */
export function cleaned(button: ButtonBody): ButtonBody {
  const { kind, places = ['record'], label, confirm } = button;
  const onList = kind === 'update' || kind === 'print';
  return {
    name: button.name,
    label: wholeLabel(label),
    kind,
    ...(onList && places.includes('list') ? { places } : {}),
    ...(button.primary ? { primary: true } : {}),
    ...(kind === 'link' && button.url ? { url: button.url.trim() } : {}),
    ...(kind === 'create' && button.object ? { object: button.object } : {}),
    ...((kind === 'create' || kind === 'update') && button.values && Object.keys(button.values).length > 0 ? { values: button.values } : {}),
    ...(kind === 'update' && confirm && !isBlankLabel(confirm) ? { confirm: wholeLabel(confirm) } : {}),
    ...(kind === 'print' && button.template ? { template: button.template } : {}),
    ...(button.visible_when ? { visible_when: button.visible_when } : {}),
    ...(button.profiles && button.profiles.length > 0 ? { profiles: button.profiles } : {}),
  };
}
