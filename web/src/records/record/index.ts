export { RecordPreview } from './RecordPreview';
export { RelatedLists } from './RelatedLists';
export type { PanelProps } from './panels';
