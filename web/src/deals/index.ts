export { LoseDialog, ReopenDialog, WinDialog } from './EndDialogs';
