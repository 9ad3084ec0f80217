import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';

/** Below this width (in CSS pixels) screens take their phone form. */
export const PHONE_WIDTH = 768;

const PHONE = `(max-width: ${String(PHONE_WIDTH - 1)}px)`;
const CALM = '(prefers-reduced-motion: reduce)';

function useMedia(query: string): boolean {
  const watch = useCallback((changed: () => void): (() => void) => {
    const media = window.matchMedia(query);
    media.addEventListener('change', changed);
    return () => { media.removeEventListener('change', changed); };
  }, [query]);
  return useSyncExternalStore(watch, () => window.matchMedia(query).matches);
}

/** Says otherwise for what is drawn as on another screen (a preview); undefined: the window is the screen. */
export const ShownAsPhone = createContext<boolean | undefined>(undefined);

export const useIsPhone = (): boolean => {
  const asked = useContext(ShownAsPhone);
  const phone = useMedia(PHONE);
  return asked ?? phone;
};

/** Whether the person has asked their system for less motion. */
export const useCalm = (): boolean => useMedia(CALM);
