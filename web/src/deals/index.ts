export { HoldDialog, LoseDialog, ReopenDialog, WinDialog } from './EndDialogs';
