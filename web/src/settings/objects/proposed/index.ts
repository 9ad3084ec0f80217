export { ProposedEditor } from './ProposedEditor';
