export { useButtons } from './useButtons';
export { BulkButtons } from './BulkButtons';
