import { useSyncExternalStore } from 'react';

/** Below this width (in CSS pixels) screens take their phone form. */
export const PHONE_WIDTH = 768;

const query = () => window.matchMedia(`(max-width: ${String(PHONE_WIDTH - 1)}px)`);

function watch(changed: () => void): () => void {
  const media = query();
  media.addEventListener('change', changed);
  return () => {
    media.removeEventListener('change', changed);
  };
}

export const useIsPhone = (): boolean => useSyncExternalStore(watch, () => query().matches);
