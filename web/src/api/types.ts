/** The shapes of the HTTP API v1, as the server sends them: ids and decimals are strings. */

export const FIELD_TYPES = [
  'text', 'long_text', 'rich_text', 'integer', 'decimal', 'currency', 'percent', 'date', 'datetime', 'time', 'boolean',
  'select', 'multi_select', 'lookup', 'master_detail', 'polymorphic', 'auto_number', 'email', 'phone', 'url', 'address',
  'location', 'file', 'image', 'user', 'department', 'id',
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

export const OPERATORS = [
  '=', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'like', 'contains', 'starts with', 'includes', 'excludes', 'is null',
  'is not null',
] as const;

export type Operator = (typeof OPERATORS)[number];

export type Action = 'read' | 'create' | 'update' | 'delete' | 'transfer' | 'import' | 'export' | 'bulk_edit' | 'share';

/** What can be done to one record, as against its object. */
export type RowAction = Extract<Action, 'update' | 'delete' | 'transfer' | 'share'>;

/** A text that people see, in both languages. */
export interface Label {
  zh: string;
  en: string;
}

export interface Option {
  value: string;
  label: Label;
  color?: string | null;
  active?: boolean;
  attributes?: Record<string, unknown>;
}

export interface FieldMeta {
  name: string;
  type: FieldType;
  label: Label;
  help?: Label | null;
  required?: boolean;
  unique?: boolean;
  default?: unknown;
  length?: number | null;
  scale?: number | null;
  minimum?: string | number | null;
  maximum?: string | number | null;
  options?: Option[];
  target?: string | null;
  targets?: string[];
  /** Of an integer: `plain` is written without separators (a year). */
  format?: string | null;
  system?: boolean;
  searchable?: boolean;
  sortable?: boolean;
  access: 'read' | 'edit';
  operators: Operator[];
}

export interface LayoutSection {
  label: Label;
  columns: number;
  fields: string[];
}

export interface RelatedListMeta {
  object: string;
  field: string;
  label?: Label | null;
  columns: string[];
  /** They are parts of the record: changed and removed where they stand. */
  parts: boolean;
}

export interface ObjectMeta {
  name: string;
  label: Label;
  plural: Label;
  name_field: string;
  icon?: string | null;
  navigation?: number | null;
  stage_field?: string | null;
  amount_field?: string | null;
  activities?: boolean;
  configuration?: boolean;
  /** Each record belongs to somebody. */
  owned?: boolean;
  /** A detail: by which field it hangs on its master, and what one must be allowed to do with that to write details. */
  master?: { field: string; action: RowAction } | null;
  actions: Action[];
  fields: FieldMeta[];
  layout: { highlights: string[]; sections: LayoutSection[]; related: RelatedListMeta[] };
}

export interface Metadata {
  version: number;
  objects: ObjectMeta[];
}

export type Language = 'zh' | 'en';

export interface SessionUser {
  id: string;
  name: string;
  login: string;
  language: Language;
  timezone: string;
  department_id: string | null;
  department_name: string | null;
  administers: boolean;
  avatar: string | null;
}

export interface Session {
  user: SessionUser;
  csrf: string;
  version: { metadata: number };
}

/** A relative date such as THIS_QUARTER or LAST_N_DAYS:30. */
export interface RelativeDate {
  relative: string;
  count?: number;
}

export interface Me {
  me: true;
}

export type FilterScalar = string | number | boolean | null | RelativeDate | Me;
export type FilterValue = FilterScalar | FilterScalar[];

export type FilterJson =
  | { and: FilterJson[] }
  | { or: FilterJson[] }
  | { not: FilterJson }
  | { field: string; op: Operator; value?: FilterValue };

export type AggregateFunction =
  | 'count' | 'count_distinct' | 'sum' | 'avg' | 'min' | 'max'
  | 'calendar_year' | 'calendar_quarter' | 'calendar_month' | 'day_only';

export interface Call {
  function: AggregateFunction;
  field?: string;
  name?: string;
}

export interface OrderBy {
  field?: string;
  function?: AggregateFunction;
  descending?: boolean;
}

export interface QueryBody {
  object: string;
  fields: (string | Call)[];
  filter?: FilterJson | null;
  group?: (string | Call)[];
  order?: OrderBy[];
  limit?: number;
  offset?: number;
  after?: string | null;
  count?: boolean;
  deleted?: boolean;
  /** What each row shall say whether the reader may do it; `may` reads the answer. */
  can?: RowAction[];
}

/** Values by field name or dotted path; `id` and `version` are there for plain rows. */
export type Values = Record<string, unknown>;

export interface Row extends Values {
  id: string;
  version: number;
}

export interface QueryAnswer<R = Row> {
  columns: { name: string; type: FieldType | null }[];
  rows: R[];
  next: string | null;
  total?: number | null;
  total_capped?: boolean;
}

export interface SavedRecord {
  id: string;
  version: number;
  record: Row;
}

export interface RecordAnswer {
  record: Row;
  version: number;
  can: Record<RowAction, boolean>;
  editable_fields: string[];
}

export interface Hit {
  object: string;
  id: string;
  name: string | null;
  detail?: string | null;
  at?: string;
}

export interface LookupRow {
  id: string;
  name: string | null;
  detail?: string | null;
}

export interface FileMeta {
  id: string;
  name: string;
  size: number;
  content_type: string;
}
