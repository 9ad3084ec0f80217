import type { ListedObject } from '@/api/definitions';

export type Kind = 'business' | 'custom' | 'settings' | 'all';

/** Whether people work with its records every day, or it is a part of the settings. */
export const kindOf = (object: ListedObject): Kind => (object.configuration || object.log ? 'settings' : 'business');

/** Those that have each word of `text` in a name, in either language. */
export function matching(objects: ListedObject[], text: string): ListedObject[] {
  const sought = text.toLowerCase().split(/\s+/).filter(Boolean);
  return objects.filter(({ name, label, plural }) => {
    const said = [name, label.zh, label.en, plural.zh, plural.en].join(' ').toLowerCase();
    return sought.every((word) => said.includes(word));
  });
}
