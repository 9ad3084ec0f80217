import { useMemo } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useUser } from '@/api/user';
import { HOME_LETTER, IMPORT_LETTER, goLetters } from './keyboard';

/** Where one can go, in the order of the navigation, by what the reader may see. */
export interface Places {
  objects: ObjectModel[];
  settings: ObjectModel[];
  canImport: boolean;
  /** Address by the letter that follows `g`. */
  byLetter: Map<string, string>;
  letterOf: Map<string, string>;
}

export const listAddress = (object: string): string => `/o/${object}`;

/** Objects that have a page of their own but no place among the daily ones: people, departments, roles, views. Details of a master have none. */
const isSetting = (object: ObjectModel): boolean =>
  typeof object.navigation !== 'number' && Boolean(object.icon) && !object.master;

export function usePlaces(): Places {
  const model = useModel();
  const user = useUser();
  return useMemo(() => {
    const readable = model.objects.filter((object) => object.can('read'));
    const objects = readable.filter((object) => typeof object.navigation === 'number').sort((a, b) => (a.navigation ?? 0) - (b.navigation ?? 0));
    const settings = user.administers ? readable.filter(isSetting) : [];
    const letterOf = goLetters([...objects, ...settings].map((object) => object.name));
    const canImport = model.objects.some((object) => object.can('import') && !object.configuration);
    const byLetter = new Map([...letterOf].map(([name, letter]) => [letter, listAddress(name)]));
    byLetter.set(HOME_LETTER, '/');
    if (canImport) byLetter.set(IMPORT_LETTER, '/import');
    return { objects, settings, canImport, byLetter, letterOf };
  }, [model, user.administers]);
}
