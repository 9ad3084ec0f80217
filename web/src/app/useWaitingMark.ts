import { useIsFetching } from '@tanstack/react-query';
import { useEffect } from 'react';

/** An answer may ask for more as soon as it is drawn: the mark goes when nothing was asked for as long, in ms. */
const QUIET = 50;

/**
 * Marks the document (`data-waiting`) while answers are on their way, those of small things too that show no skeleton.
 * Programs that work with pages, such as our browser tests, know by it when a page has come to rest.
 */
export function useWaitingMark(): void {
  const waiting = useIsFetching() > 0;
  useEffect(() => {
    const root = document.documentElement;
    if (waiting) {
      root.dataset.waiting = '';
      return;
    }
    const timer = setTimeout(() => { delete root.dataset.waiting; }, QUIET);
    return () => { clearTimeout(timer); };
  }, [waiting]);
}
