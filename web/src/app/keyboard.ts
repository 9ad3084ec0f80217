import { useEffect, useRef } from 'react';

/** What a single key, or `g` and a letter, ask for. */
export type Command = { kind: 'search' } | { kind: 'new' } | { kind: 'help' } | { kind: 'go'; letter: string };

export interface KeyState {
  /** `g` was pressed and its letter is awaited. */
  going: boolean;
}

export const IDLE: KeyState = { going: false };

/** One key press outside of any input: the state after it, and what it asks for. */
export function press(state: KeyState, key: string): { state: KeyState; command?: Command } {
  if (state.going) return /^[a-z]$/.test(key) ? { state: IDLE, command: { kind: 'go', letter: key } } : { state: IDLE };
  if (key === 'g') return { state: { going: true } };
  if (key === '/') return { state: IDLE, command: { kind: 'search' } };
  if (key === 'n') return { state: IDLE, command: { kind: 'new' } };
  if (key === '?') return { state: IDLE, command: { kind: 'help' } };
  return { state: IDLE };
}

export const HOME_LETTER = 'h';
export const IMPORT_LETTER = 'i';
export const SETTINGS_LETTER = 's';

/** A letter for each object: the first free one of its name, in the order of the navigation. */
export function goLetters(names: string[]): Map<string, string> {
  const taken = new Set([HOME_LETTER, IMPORT_LETTER, SETTINGS_LETTER]);
  const letters = new Map<string, string>();
  for (const name of names) {
    const letter = [...name, ...'abcdefghijklmnopqrstuvwxyz'].find((l) => /[a-z]/.test(l) && !taken.has(l));
    if (letter === undefined) continue;
    taken.add(letter);
    letters.set(name, letter);
  }
  return letters;
}

/** True where a key belongs to what the person is typing in, or to a dialog that lies over the page. */
function taken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return true;
  const target = event.target;
  if (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))) return true;
  return document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .ant-drawer-open') !== null;
}

const GO_WAITS = 2000;

/** Listens for the application's keys; `onGoing` tells when `g` waits for its letter. */
export function useKeyboard(onCommand: (command: Command) => void, onGoing: (going: boolean) => void): void {
  const latest = useRef({ onCommand, onGoing });
  useEffect(() => {
    latest.current = { onCommand, onGoing };
  });
  useEffect(() => {
    let state = IDLE;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const move = (next: KeyState) => {
      if (next.going !== state.going) latest.current.onGoing(next.going);
      state = next;
    };
    const listen = (event: KeyboardEvent) => {
      if (taken(event)) return;
      clearTimeout(timer);
      const after = press(state, event.key);
      move(after.state);
      if (after.state.going) timer = setTimeout(() => { move(IDLE); }, GO_WAITS);
      if (after.command) {
        event.preventDefault();
        latest.current.onCommand(after.command);
      }
    };
    document.addEventListener('keydown', listen);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', listen);
    };
  }, []);
}
