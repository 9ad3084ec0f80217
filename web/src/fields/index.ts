export { FIELD_WIDGETS, preloadEntry } from './registry';
export { isBlank, OptionValue } from './cells';
export { LookupPicker } from './LookupPicker';
export type { CellProps, FieldWidget, FilterProps, InputProps } from './types';
