import type { KeyboardEvent, PointerEvent } from 'react';
import { useTexts } from '@/i18n';
import { listTexts } from './texts';

export const WIDTH_MIN = 60;
const WIDTH_MAX = 900;
const STEP = 16;

const bounded = (width: number): number => Math.round(Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width)));

interface Props {
  column: string;
  width: number;
  /** While it is dragged. */
  onDrag: (width: number) => void;
  /** It was let go. */
  onDone: (width: number) => void;
  /** Back to the usual width. */
  onReset: () => void;
}

/** The edge of a column's head: dragged, moved by arrow keys, double-clicked for the usual width. */
export function ResizeHandle({ column, width, onDrag, onDone, onReset }: Props) {
  const t = useTexts(listTexts);
  const begin = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget;
    const from = event.clientX;
    let now = width;
    handle.setPointerCapture(event.pointerId);
    const move = (moved: globalThis.PointerEvent) => {
      now = bounded(width + moved.clientX - from);
      onDrag(now);
    };
    const end = () => {
      handle.removeEventListener('pointermove', move);
      handle.removeEventListener('pointerup', end);
      handle.removeEventListener('pointercancel', end);
      if (now !== width) onDone(now);
    };
    handle.addEventListener('pointermove', move);
    handle.addEventListener('pointerup', end);
    handle.addEventListener('pointercancel', end);
  };
  const onKey = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowLeft' ? -STEP : event.key === 'ArrowRight' ? STEP : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    onDone(bounded(width + by));
  };
  return (
    <span
      role="separator"
      aria-orientation="vertical"
      aria-label={t('resize', { column })}
      aria-valuenow={width}
      aria-valuemin={WIDTH_MIN}
      aria-valuemax={WIDTH_MAX}
      tabIndex={0}
      className="column-edge"
      onPointerDown={begin}
      onClick={(event) => { event.stopPropagation(); }}
      onDoubleClick={(event) => { event.stopPropagation(); onReset(); }}
      onKeyDown={onKey}
    />
  );
}
