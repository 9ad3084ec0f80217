import type { Label } from '@/api/types';
import { SECTIONS, type PageEntry, type Section, type SettingsEntry } from './pages';

/** One setting as the index shows it. */
export interface Shown {
  address: string;
  icon: string | null | undefined;
  title: Label;
  hint: Label | undefined;
  section: Section;
  words: string;
}

interface Described {
  name: string;
  plural: Label;
  icon?: string | null;
}

/** What of `entries` this reader can open; objects that no entry names come last, so that nothing is out of reach. */
export function shownSettings(entries: SettingsEntry[], objects: Described[], opens: (entry: PageEntry) => boolean = () => true): Shown[] {
  const byName = new Map(objects.map((object) => [object.name, object]));
  const named = new Set(entries.flatMap((entry) => ('object' in entry ? [entry.object] : (entry.covers ?? []))));
  const ofObject = (object: Described, section: Section, hint?: Label, words = ''): Shown => ({
    address: `/o/${object.name}`, icon: object.icon, title: object.plural, hint, section, words: `${words} ${object.name}`,
  });
  return [
    ...entries.flatMap((entry): Shown[] => {
      if ('path' in entry) {
        if (!opens(entry)) return [];
        const { path, icon, title, hint, section, words = '' } = entry;
        return [{ address: `/settings/${path}`, icon, title, hint, section, words: `${words} ${path}` }];
      }
      const object = byName.get(entry.object);
      return object ? [ofObject(object, entry.section, entry.hint, entry.words)] : [];
    }),
    ...objects.filter((object) => !named.has(object.name)).map((object) => ofObject(object, 'more')),
  ];
}

/** Those in which every word of `text` occurs, in either language. */
export function matching(settings: Shown[], text: string): Shown[] {
  const sought = text.toLowerCase().split(/\s+/).filter(Boolean);
  return settings.filter(({ title, hint, words }) => {
    const said = [title.zh, title.en, hint?.zh, hint?.en, words].join(' ').toLowerCase();
    return sought.every((word) => said.includes(word));
  });
}

/** In sections, in their order, without the empty ones. */
export const inSections = (settings: Shown[]): [Section, Shown[]][] =>
  SECTIONS.map((section): [Section, Shown[]] => [section, settings.filter((one) => one.section === section)]).filter(([, found]) => found.length > 0);
