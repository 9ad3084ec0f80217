import './list.css';

export { listLink } from './listAddress';
export { allOf, emptyGroup, emptyRule, fromJson, toJson, type Group } from './filterTree';
export { FilterBuilder } from './FilterBuilder';
export { FilterWords } from './FilterSummary';
export { FieldPicker, fieldGroups, pathLabel } from './FieldPicker';
export { widgetOf } from './viewWidgets';
export { EditableCell } from './EditableCell';
export { cursorOf, FIRST_PAGE, nextPage, previousPage } from './cursors';
export { Pager } from './Pager';
export { default as ColumnDrawer } from './ColumnDrawer';
export { default as ExportDialog } from './ExportDialog';
export { useCellEdits, type CellEdits } from './useCellEdits';
