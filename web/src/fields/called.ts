/** What the product ships is called in the reader's language; what people entered stays as it is. */
import { beside, type ObjectModel } from '@/api/metadata';
import type { Values } from '@/api/types';
import { useSettings } from '@/i18n';

export type Called = (object: ObjectModel | undefined, name: string, row: Values, path?: string) => unknown;

/** The value of the field `name` of `object` that stands in a row at `path`: in English where the row has that, too, and the reader wants it. */
export function useCalled(): Called {
  const { language } = useSettings();
  return (object, name, row, path = name) => {
    const english = language === 'en' ? object?.field(name)?.english : undefined;
    return (english ? row[beside(path, english)] : undefined) || row[path];
  };
}
