export { ValueSource } from './ValueSource';
export { WRITTEN, sourceOf } from './valueSource';
export { SummaryEditor } from './SummaryEditor';
export { SummaryProgress } from './SummaryProgress';
