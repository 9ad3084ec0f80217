export { ActionForm } from './ActionForm';
export { ActionDialog } from './ActionDialog';
export { useRecordActions } from './useRecordActions';
export { BulkActions } from './BulkActions';
export type { ActionDialogProps } from './registry';
