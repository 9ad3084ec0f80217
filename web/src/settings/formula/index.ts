export { FormulaEditor } from './FormulaEditor';
