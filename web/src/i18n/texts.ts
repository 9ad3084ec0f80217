/**
 * Texts by key, both languages side by side. Keys are typed: `t('missing')` does not compile, and neither does a key
 * without its English. A feature keeps its own table, so that it is loaded with the feature.
 *
 *     const texts = defineTexts({ saved: ['已保存 {n} 条', 'Saved {n} {n|record|records}'] });
 *     const t = useTexts(texts);  t('saved', { n: 3 });
 *
 * `{~objects}` is a name within a sentence: “No public groups yet”, of “Public groups”.
 */
import { useMemo } from 'react';
import { useSettings } from './settings';

export type Language = 'zh' | 'en';
export type Pair = readonly [zh: string, en: string];
export type TextTable<K extends string> = Readonly<Record<K, Pair>>;
export type Params = Record<string, string | number>;
export type Translate<K extends string> = (key: K, params?: Params) => string;

export const defineTexts = <K extends string>(table: Record<K, Pair>): TextTable<K> => table;

/** With a small letter, unless the word is written in capitals, such as SKU. */
const within = (name: string): string => (/^[A-Z][a-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name);

/** Fills `{name}`, `{~name}` within a sentence, and `{n|one|many}` by the number n. */
export function fill(text: string, params: Params = {}): string {
  return text.replace(/\{(~?)(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (whole, inside: string, name: string, one?: string, many?: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    if (one !== undefined && many !== undefined) return Number(value) === 1 ? one : many;
    return inside ? within(String(value)) : String(value);
  });
}

export const translator =
  <K extends string>(table: TextTable<K>, language: Language): Translate<K> =>
  (key, params) =>
    fill(table[key][language === 'en' ? 1 : 0], params);

export function useTexts<K extends string>(table: TextTable<K>): Translate<K> {
  const { language } = useSettings();
  return useMemo(() => translator(table, language), [table, language]);
}

/** A label of the metadata in the reader's language; the Chinese where there is no English. */
export const labelText = (label: { zh: string; en: string } | null | undefined, language: Language): string =>
  (language === 'en' ? label?.en || label?.zh : label?.zh || label?.en) ?? '';

/** Names one after another, as the language sets them apart. */
export function useListing(): (names: readonly string[]) => string {
  const { language } = useSettings();
  return useMemo(() => (names) => names.join(language === 'zh' ? '、' : ', '), [language]);
}

export function useLabel(): (label: { zh: string; en: string } | null | undefined) => string {
  const { language } = useSettings();
  return useMemo(() => (label) => labelText(label, language), [language]);
}
