const FIELDS = 'input:not([disabled], [type="hidden"], [type="file"]), textarea:not([disabled])';

/**
 * For `afterOpenChange` of a dialog or drawer: puts the focus into its first field, unless it is in one already.
 * React's own autofocus comes too early where nothing moves (`calm`): the dialog is not in the document yet by then.
 */
export function focusFirst(open: boolean): void {
  if (!open) return;
  const dialog = [...document.querySelectorAll<HTMLElement>('[role="dialog"]')].at(-1);
  if (!dialog || (dialog.contains(document.activeElement) && document.activeElement?.matches(FIELDS))) return;
  dialog.querySelector<HTMLElement>(FIELDS)?.focus({ preventScroll: true });
}
