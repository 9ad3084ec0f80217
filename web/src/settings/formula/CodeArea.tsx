import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, keymap, placeholder as placeholderOf } from '@codemirror/view';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, type Ref } from 'react';
import { completing, type Source } from './completion';
import { formulaColours, formulaLanguage } from './language';

export interface CodeHandle {
  /** Puts `text` where the cursor is; the cursor goes `back` from its end. */
  insert: (text: string, back?: number) => void;
  /** Shows a place to the person. */
  select: (from: number, to: number) => void;
}

export interface Mark {
  from: number;
  to: number;
  message: string;
}

interface Props {
  id?: string;
  label: string;
  placeholder: string;
  value: string;
  onChange: (text: string) => void;
  marks: Mark[];
  source: Source;
  handle: Ref<CodeHandle>;
}

const look = EditorView.theme({
  '&': { fontSize: '14px', backgroundColor: 'var(--ant-color-bg-container, #fff)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace', lineHeight: '1.6' },
  '.cm-content': { minHeight: '112px', padding: '8px 4px' },
  '.cm-placeholder': { fontFamily: 'inherit', color: 'var(--ink-3)' },
});

/** The text of a formula with its colours, completion and underlined faults. Tab leaves it unless a completion is open. */
export default function CodeArea({ id, label, placeholder, value, onChange, marks, source, handle }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const offers = useRef(new Compartment());
  const changed = useEffectEvent(onChange);
  useEffect(() => {
    if (!place.current) return undefined;
    const made = new EditorView({ parent: place.current, state: EditorState.create({ doc: value, extensions: extensions() }) });
    view.current = made;
    return () => { made.destroy(); };
    function extensions(): Extension[] {
      return [
        history(),
        bracketMatching(),
        closeBrackets(),
        offers.current.of([]),
        // Escape closes what is offered, not the drawer around.
        keymap.of([{ key: 'Tab', run: acceptCompletion }, { key: 'Escape', run: closeCompletion, stopPropagation: true }, ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter')]),
        formulaLanguage,
        formulaColours,
        look,
        EditorView.lineWrapping,
        placeholderOf(placeholder),
        EditorView.contentAttributes.of({ 'aria-label': label, ...(id ? { id } : {}), autocapitalize: 'off', autocorrect: 'off', spellcheck: 'false' }),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
      ];
    }
    // The editor keeps its own text; what comes from outside later is put in below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [id, label, placeholder]);
  useEffect(() => {
    const shown = view.current?.state.doc.toString();
    if (view.current && shown !== value) view.current.dispatch({ changes: { from: 0, to: shown?.length ?? 0, insert: value } });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: offers.current.reconfigure(autocompletion({ override: [completing(source)], icons: false, maxRenderedOptions: 60 })) });
  }, [source]);
  useEffect(() => {
    if (!view.current) return;
    const end = view.current.state.doc.length;
    const found = marks.filter(({ from }) => from <= end).map(({ from, to, message }) => ({ from, to: Math.min(to, end), message, severity: 'error' as const }));
    view.current.dispatch(setDiagnostics(view.current.state, found));
  }, [marks]);
  useImperativeHandle(handle, () => ({
    insert: (text, back = 0) => {
      const shown = view.current;
      if (!shown) return;
      const { from, to } = shown.state.selection.main;
      shown.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length - back }, userEvent: 'input' });
      shown.focus();
    },
    select: (from, to) => {
      view.current?.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.current?.focus();
    },
  }));
  return <div ref={place} className="formula-code" />;
}
