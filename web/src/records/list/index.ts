export { listLink } from './listAddress';
export { allOf } from './filterTree';
export { FieldPicker, fieldGroups, pathLabel } from './FieldPicker';
export { EditableCell } from './EditableCell';
export { useCellEdits, type CellEdits } from './useCellEdits';
