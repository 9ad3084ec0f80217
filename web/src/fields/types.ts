import type { ComponentType } from 'react';
import type { FieldMeta, FilterValue, Operator, Values } from '@/api/types';

/** Draws a value in a table, on a card or on a page. Never changes anything. */
export interface CellProps {
  field: FieldMeta;
  value: unknown;
  /** The whole row: names of links are beside them (`account.name`). */
  row: Values;
  /** Where in the row the value is; a dotted path for a parent's field. Default: the field's name. */
  path?: string;
  /** `table`: one line; `page`: as much room as it needs. Default: table. */
  place?: 'table' | 'page';
}

/** Takes a value. Values are as the API has them: decimals and ids are strings, blank is null. */
export interface InputProps {
  id?: string;
  field: FieldMeta;
  value: unknown;
  /** `name` comes with links, so that the screen can show it before the server has answered. */
  onChange: (value: unknown, name?: string | null) => void;
  /** The readable name of the present value of a link. */
  name?: string | null;
  disabled?: boolean;
  autoFocus?: boolean;
  size?: 'small' | 'middle' | 'large';
  status?: 'error';
  /** The whole record as it is being filled in, for inputs that depend on its other fields. */
  record?: Values;
  /** What stands in it while it is blank, where that is not the usual. */
  placeholder?: string;
  /** Where the input is: in a cell it opens at once and takes no room for help. */
  place?: 'form' | 'cell';
}

/** Takes the right side of a condition. */
export interface FilterProps {
  field: FieldMeta;
  operator: Operator;
  value: FilterValue | undefined;
  onChange: (value: FilterValue | undefined) => void;
  /** Only values that stay what they are: no day that moves with the calendar, no "me". */
  fixed?: boolean;
}

export interface FieldWidget {
  Cell: ComponentType<CellProps>;
  Input: ComponentType<InputProps>;
  Filter: ComponentType<FilterProps>;
  /** Numbers and money stand at the right of their column. */
  align?: 'right';
  /** The width of a table's column in pixels that usually holds a value. */
  width: number;
}
