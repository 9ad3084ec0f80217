export { useCalled } from './called';
export { FIELD_WIDGETS, preloadEntry } from './registry';
export { BeyondMark, isBlank, OptionValue } from './cells';
export { controllingValue, decidingValues, followed, followersOf, isOffered, offeredField, waitsFor, withDependence } from './dependence';
export { LookupPicker } from './LookupPicker';
export type { CellProps, FieldWidget, FilterProps, InputProps } from './types';
