import { useState } from 'react';
import { NO_HABITS, useHabits, useKeepHabits } from '@/api/habits';
import { useFeedback } from '@/ui/feedback';

export interface ColumnWidths {
  /** The width that the person gave a column; undefined: the usual one. */
  of: (path: string) => number | undefined;
  drag: (path: string, width: number) => void;
  set: (path: string, width: number | undefined) => void;
  any: boolean;
  reset: () => void;
}

/** The widths of an object's columns as this person has them, in all of its lists. */
export function useColumnWidths(object: string): ColumnWidths {
  const habits = useHabits().data ?? NO_HABITS;
  const keep = useKeepHabits();
  const { failed } = useFeedback();
  const [dragged, setDragged] = useState<{ path: string; width: number }>();
  const kept = habits.widths[object] ?? {};
  const store = (widths: Record<string, number>) => { keep.widths(object, widths).catch(failed); };
  return {
    of: (path) => (dragged?.path === path ? dragged.width : kept[path]),
    drag: (path, width) => { setDragged({ path, width }); },
    set: (path, width) => {
      setDragged(undefined);
      const others = Object.fromEntries(Object.entries(kept).filter(([name]) => name !== path));
      store(width === undefined ? others : { ...others, [path]: width });
    },
    any: Object.keys(kept).length > 0,
    reset: () => { store({}); },
  };
}
