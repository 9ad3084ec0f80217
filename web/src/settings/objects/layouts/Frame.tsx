import { useCallback, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { ShownAsPhone } from '@/ui/useViewport';

interface Props {
  title: string;
  /** How wide the screen is to be, in CSS pixels. */
  width: number;
  phone: boolean;
  children: ReactNode;
}

/** Copies the styles of this page into a frame, and follows them: they come as components do. Returns what ends it. */
function followStyles(inner: Document): () => void {
  const follow = () => {
    inner.head.replaceChildren(...[...document.head.querySelectorAll('style, link[rel=stylesheet]')].map((one) => one.cloneNode(true)));
  };
  follow();
  const watch = new MutationObserver(follow);
  watch.observe(document.head, { childList: true });
  return () => { watch.disconnect(); };
}

/** A screen of another width: a frame of its own, so that widths decide in it as on that screen. What is drawn in it belongs to this page. */
export function Frame({ title, width, phone, children }: Props) {
  const [body, setBody] = useState<HTMLElement>();
  const [room, setRoom] = useState(0);
  const attach = useCallback((frame: HTMLIFrameElement | null) => {
    const [inner, box] = [frame?.contentDocument, frame?.parentElement];
    if (!inner || !box) return undefined;
    inner.documentElement.lang = document.documentElement.lang;
    inner.body.className = 'layout-frame-body';
    const ended = followStyles(inner);
    const watch = new ResizeObserver(() => { setRoom(box.clientWidth); });
    watch.observe(box);
    setBody(inner.body);
    return () => {
      ended();
      watch.disconnect();
    };
  }, []);
  const scale = room > 0 ? Math.min(1, room / width) : 1;
  return (
    <div className="layout-frame">
      <iframe ref={attach} title={title} style={{ width, height: `${String(100 / scale)}%`, transform: `scale(${String(scale)})` }} />
      {body ? createPortal(<ShownAsPhone value={phone}>{children}</ShownAsPhone>, body) : null}
    </div>
  );
}
