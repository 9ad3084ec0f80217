import { createContext, useContext } from 'react';
import type { Language } from './texts';

/** The reader's language and zone; `changeLanguage` also keeps it for the next visit. */
export interface Settings {
  language: Language;
  timezone: string;
  changeLanguage: (language: Language) => void;
}

export const SettingsContext = createContext<Settings>({
  language: 'zh',
  timezone: 'Asia/Shanghai',
  changeLanguage: () => undefined,
});

export const useSettings = (): Settings => useContext(SettingsContext);

const STORED = 'dougong.language';

/** The language of the last visit, else the browser's. */
export function rememberedLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored === 'zh' || stored === 'en') return stored;
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

export const rememberLanguage = (language: Language): void => {
  localStorage.setItem(STORED, language);
};
