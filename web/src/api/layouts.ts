/** Layouts and record types as an object's definition has them. */
import type { FilterJson, Label, Values } from './types';

export type PlacedBody = string | { name: string; required?: boolean; read_only?: boolean };

export interface SectionBody {
  label: Label;
  columns?: number;
  collapsed?: boolean;
  visible_when?: FilterJson;
  fields: PlacedBody[];
}

export interface RelatedBody {
  object: string;
  field: string;
  label?: Label;
  columns: string[];
  sort?: { field: string; descending?: boolean }[];
  rows?: number;
}

export interface LayoutBody {
  highlights?: string[];
  sections?: SectionBody[];
  related?: RelatedBody[];
  buttons?: string[];
}

export interface NamedLayoutBody extends LayoutBody {
  name: string;
  label: Label;
  for?: { record_types?: string[]; profiles?: string[] };
}

export interface RecordTypeBody {
  name: string;
  label: Label;
  description?: Label;
  active?: boolean;
  default?: boolean;
  options?: Record<string, string[]>;
  defaults?: Values;
}

export type ListPlace = 'list' | 'lookup' | 'search';
export type ColumnsBody = Partial<Record<ListPlace, string[]>>;

/** What an object's definition arranges; its other keys are told in `definitions`. */
export interface Arranged {
  layout?: LayoutBody;
  layouts?: NamedLayoutBody[];
  record_types?: RecordTypeBody[];
  columns?: ColumnsBody;
}

/** A new name for one of `taken`'s kind, from a text that people gave; Chinese texts become `prefix_2` and so on. */
export function newName(text: string, prefix: string, taken: string[]): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^[_0-9]+|_+$/g, '').slice(0, 40);
  const first = plain || prefix;
  if (!taken.includes(first) && plain) return first;
  for (let n = plain ? 2 : 1; ; n += 1) if (!taken.includes(`${first}_${String(n)}`)) return `${first}_${String(n)}`;
}
