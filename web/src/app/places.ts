import { useMemo } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useUser } from '@/api/user';
import { HOME_LETTER, IMPORT_LETTER, SETTINGS_LETTER, goLetters } from './keyboard';

/** Where one can go, in the order of the navigation, by what the reader may see. */
export interface Places {
  objects: ObjectModel[];
  canImport: boolean;
  /** The first object whose records lie in pools, for who may see pools. */
  pooled: string | undefined;
  /** Whether there are activities whose statistics the reader may see. */
  canCount: boolean;
  /** Whether there is a way to the settings. */
  canSet: boolean;
  /** Address by the letter that follows `g`. */
  byLetter: Map<string, string>;
  letterOf: Map<string, string>;
}

export const listAddress = (object: string): string => `/o/${object}`;

export function usePlaces(): Places {
  const model = useModel();
  const user = useUser();
  const canSet = user.administers || user.areas.length > 0;
  return useMemo(() => {
    const readable = model.objects.filter((object) => object.can('read'));
    const objects = readable.filter((object) => typeof object.navigation === 'number').sort((a, b) => (a.navigation ?? 0) - (b.navigation ?? 0));
    const letterOf = goLetters(objects.map((object) => object.name));
    const canImport = model.objects.some((object) => object.can('import') && !object.configuration);
    const canCount = objects.some(({ name }) => name === 'activity');
    const byLetter = new Map([...letterOf].map(([name, letter]) => [letter, listAddress(name)]));
    byLetter.set(HOME_LETTER, '/');
    if (canImport) byLetter.set(IMPORT_LETTER, '/import');
    if (canSet) byLetter.set(SETTINGS_LETTER, '/settings');
    const pools = readable.some((object) => object.name === 'pool');
    const pooled = pools ? objects.find((object) => object.field('pool_status'))?.name : undefined;
    return { objects, pooled, canImport, canCount, canSet, byLetter, letterOf };
  }, [model, canSet]);
}
