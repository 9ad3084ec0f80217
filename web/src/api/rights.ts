import type { ObjectModel } from './metadata';
import type { FieldMeta, RecordAnswer, Row, RowAction } from './types';

/** Whether the reader may do this to the record. The query must have asked for it (`can`): without an answer, no. */
export const may = (row: Row, action: RowAction): boolean => row[`can(${action})`] === true;

/** What a list asks about its rows: only what the reader may do to records of the object at all. Who may delete may restore. */
export const rowActions = (object: ObjectModel, deleted: boolean): RowAction[] =>
  (['update', 'delete', 'transfer'] as const).filter((action) => object.can(action) && (!deleted || action === 'delete'));

/** Fields that say who sees a record: to change them is to hand it over. */
const handsOver = (object: ObjectModel, field: FieldMeta): boolean => object.owned === true && (field.name === 'owner_id' || field.name === 'department_id');

/** What changing the field of a stored record needs. */
export const neededFor = (object: ObjectModel, field: FieldMeta): RowAction[] => (handsOver(object, field) ? ['update', 'transfer'] : ['update']);

/** A record of its own page as the row that a list would have: with its rights in it. */
export const rowOf = ({ record, can }: RecordAnswer): Row => ({
  ...record,
  ...Object.fromEntries(Object.entries(can).map(([action, allowed]) => [`can(${action})`, allowed])),
});
