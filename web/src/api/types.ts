/** The shapes of the HTTP API v1, as the server sends them: ids and decimals are strings. */
import type { ProposedMeta } from './proposed';

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

export type Action = 'read' | 'create' | 'update' | 'delete' | 'transfer' | 'import' | 'export' | 'bulk_edit' | 'share' | 'lock' | 'print' | 'merge';

/** What can be done to one record, as against its object. */
export type RowAction = Extract<Action, 'update' | 'delete' | 'transfer' | 'share' | 'lock' | 'merge'>;

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
  default?: boolean;
  /** It comes with the product: neither edited nor removed. */
  fixed?: boolean;
  /** The values of the controlling field for which it is offered; absent: for all. */
  shown_for?: string[] | null;
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
  /** The options are too many for this document: they are fetched with their set. */
  options_elsewhere?: boolean;
  option_set?: string | null;
  /** The field whose value decides which options are offered. */
  controlled_by?: string | null;
  /** With an option set: what the field itself says of its options. */
  shown_for?: Record<string, string[]> | null;
  target?: string | null; targets?: string[];
  /** Which records pickers offer at first; others may be chosen all the same. */
  proposed?: ProposedMeta | null;
  /** Of an integer: `plain` is written without separators (a year). */
  format?: string | null;
  system?: boolean;
  /** Of a roll-up: what it is made of. */
  summary?: { object: string; field: string; function: 'count' | 'sum' | 'average' | 'min' | 'max'; of?: string | null; where?: FilterJson | null } | null;
  /** A roll-up that is still being filled in. */
  calculating?: boolean;
  searchable?: boolean;
  sortable?: boolean;
  /** Computed by a formula whenever it is read. */
  computed?: boolean;
  /** A new record that gives it no value is given one that is computed. */
  computed_default?: boolean;
  access: 'read' | 'edit';
  /** The field beside it that says the same in English. */
  english?: string | null;
  operators: Operator[];
}

export interface LayoutSection {
  label: Label;
  columns: number;
  fields: string[];
  /** Fields that the form demands here, and such as are only shown. */
  required?: string[];
  read_only?: string[];
  /** Closed until somebody opens it. */
  collapsed?: boolean;
  /** A filter over the record's own fields: the section is there while the record meets it. */
  visible_when?: FilterJson | null;
}

export interface RelatedListMeta {
  object: string;
  field: string;
  label?: Label | null;
  columns: string[];
  /** Without any the newest come first. */
  sort?: { field: string; descending?: boolean }[];
  /** How many are shown at once. */
  rows?: number | null;
  /** They are parts of the record: changed and removed where they stand. */
  parts: boolean;
}

export interface LayoutMeta {
  highlights: string[];
  sections: LayoutSection[];
  related: RelatedListMeta[];
  /** It leaves out what it does not name; the object's own shows the other fields behind. */
  complete?: boolean;
  /** Names of the buttons that the page has; null: all. */
  buttons?: string[] | null;
}

export interface RecordTypeMeta {
  name: string;
  label: Label;
  description?: Label | null;
  active: boolean;
  /** The reader may create records of it, or make records be of it. */
  creatable: boolean;
  /** By select field the values that its records offer; other fields offer all. */
  options: Record<string, string[]>;
  defaults: Values;
}

/** What an administrator lets people do to records with one click. */
export interface ButtonMeta {
  name: string;
  label: Label;
  kind: 'link' | 'create' | 'update' | 'print';
  places: ('record' | 'list')[];
  icon?: string | null;
  primary?: boolean;
  /** Of a link: `{field}` and `{account.name}` stand for values of the record. */
  url?: string | null;
  object?: string | null;
  values?: Record<string, unknown>;
  confirm?: Label | null;
  template?: string | null;
  /** It is for some records only; the server says for which. */
  conditional?: boolean;
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
  /** Its records are priced lines of their master: product, quantity, unit price, discount, amount. */
  priced?: boolean;
  configuration?: boolean;
  /** It has one record, which is changed and never joined by another. */
  single?: boolean;
  /** Each record belongs to somebody. */
  owned?: boolean;
  /** A detail: by which field it hangs on its master, and what one must be allowed to do with that to write details. */
  master?: { field: string; action: RowAction | 'read' } | null;
  actions: Action[];
  /** What modules offer for many records at once. */
  bulk_actions?: SomeAction[];
  /** What profiles can allow on it; told to administrators alone. */
  grantable?: Action[];
  /** Its records say who may see and do what: a change of them can be tried before it is saved. */
  decides_access?: boolean;
  fields: FieldMeta[];
  record_types?: RecordTypeMeta[];
  /** The type of a new record unless another is chosen. */
  preselected_type?: string | null;
  /** Which fields stand in lists without a view (`list`), where the object says so. */
  columns?: Partial<Record<'list' | 'lookup' | 'search', string[]>>;
  layout: LayoutMeta;
  /** The layouts of records of some types, where they are others. */
  layouts?: (LayoutMeta & { record_types: string[] })[];
  buttons?: ButtonMeta[];
}

export interface Metadata {
  version: number;
  objects: ObjectMeta[];
}

export type Language = 'zh' | 'en';

export type SettingsArea = 'people' | 'rights' | 'sharing' | 'objects' | 'sign_in' | 'audit';

export interface SessionUser {
  id: string;
  name: string;
  login: string;
  language: Language;
  timezone: string;
  department_id: string | null;
  department_name: string | null;
  administers: boolean;
  /** The areas of the settings that one has; all of them for who administers as a whole. */
  areas: SettingsArea[];
  avatar: string | null;
}

export interface Session {
  user: SessionUser;
  /** An administrator who sees the product as `user` does, read only, until then. */
  viewed_by?: { id: string; name: string; until: string } | null;
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
  /** An aggregate with more groups than were asked for. */
  truncated?: boolean;
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
  actions?: RecordAction[];
  /** The names of the buttons that are for this record. */
  buttons?: string[];
}

/** Something that a module does to records; `confirm` is what one should know before. */
export interface SomeAction {
  name: string;
  icon: string;
  label: Label;
  confirm: Label | null;
  /** Fields that people fill in before it is done. */
  asks?: { field: string; needed: boolean }[];
}

/** One that can be done to the record now. */
export interface RecordAction extends SomeAction {
  /** It stands beside "Edit", not in the menu. */
  primary?: boolean;
  /** Who does it has the record from then on. */
  takes?: boolean;
}

export interface Hit {
  object: string;
  id: string;
  name: string | null;
  detail?: string | null;
  at?: string;
}

export interface FileMeta {
  id: string;
  name: string;
  size: number;
  content_type: string;
}
