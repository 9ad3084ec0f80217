const FIELDS = 'input:not([disabled], [type="hidden"], [type="file"]), textarea:not([disabled])';

/**
 * For `afterOpenChange` of a dialog or drawer: puts the focus into its first field, unless it is in one already.
 * React's own autofocus comes too early where nothing moves (`calm`): the dialog is not in the document yet by then.
 */
export function focusFirst(open: boolean): void {
  if (!open) return;
  const dialog = [...document.querySelectorAll<HTMLElement>('[role="dialog"]')].at(-1);
  if (!dialog || (dialog.contains(document.activeElement) && document.activeElement?.matches(FIELDS))) return;
  const first = dialog.querySelector<HTMLElement>(FIELDS);
  (first ? inOwnLanguage(first, dialog) : first)?.focus({ preventScroll: true });
}

/** Of a name in two languages (`…-zh` and `…-en`) the box of the reader's. */
function inOwnLanguage(first: HTMLElement, dialog: HTMLElement): HTMLElement {
  if (!first.id.endsWith('-zh') || !document.documentElement.lang.startsWith('en')) return first;
  const other = [...dialog.querySelectorAll<HTMLElement>(FIELDS)].find((one) => one.id === `${first.id.slice(0, -2)}en`);
  return other ?? first;
}
