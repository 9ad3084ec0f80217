/** The definitions behind the metadata: raw bodies of objects and option sets, and changes of them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { keys } from './keys';
import { useMutation } from './mutation';
import type { SummaryBody } from './summaries';
import type { FieldType, Label, Option } from './types';

/** A field as it is defined; what is not given has its default. */
export interface FieldBody {
  name: string;
  type: FieldType;
  label: Label;
  help?: Label;
  required?: boolean;
  unique?: boolean;
  indexed?: boolean;
  tracked?: boolean;
  searchable?: boolean;
  maintained?: boolean;
  secret?: boolean;
  active?: boolean;
  default?: unknown;
  length?: number;
  scale?: number;
  minimum?: string | number;
  maximum?: string | number;
  options?: Option[];
  option_set?: string;
  controlled_by?: string;
  shown_for?: Record<string, string[]>;
  target?: string;
  targets?: string[];
  on_delete?: 'restrict' | 'cascade' | 'clear';
  proposed?: ProposedBody;
  format?: string;
  summary?: SummaryBody;
  formula?: string;
  default_formula?: string;
}

/** What pickers of a lookup offer first (decision 45). */
export interface ProposedBody {
  where: Record<string, unknown>;
  mark?: string;
}

export interface SectionBody {
  label: Label;
  columns?: number;
  fields: string[];
}

export interface LayoutBody {
  highlights?: string[];
  sections?: SectionBody[];
  related?: { object: string; field: string; label?: Label; columns: string[] }[];
}

/** A validation rule as it is defined: a record for which the condition (a formula) is true is refused. */
export interface RuleBody {
  name: string;
  label: Label;
  active?: boolean;
  when?: ('create' | 'update')[];
  condition: string;
  message: Label;
  field?: string;
  /** The types of the records that it is for; none: all. */
  record_types?: string[];
}

/** An object as it is defined, without its system fields. Other slices' keys come along untouched. */
export interface ObjectBody {
  label: Label;
  plural: Label;
  name_field: string;
  sharing?: 'private' | 'public_read' | 'public_edit' | 'parent';
  owned?: boolean;
  active?: boolean;
  activities?: boolean;
  lockable?: boolean;
  configuration?: boolean;
  administered?: boolean;
  log?: boolean;
  icon?: string;
  navigation?: number;
  stage_field?: string;
  amount_field?: string;
  fields: FieldBody[];
  layout?: LayoutBody;
  validation_rules?: RuleBody[];
  [key: string]: unknown;
}

export interface ObjectDefinition {
  version: number;
  name: string;
  body: ObjectBody;
  /** Fields whose index does not stand yet. */
  indexes: Record<string, 'building' | 'failed'>;
}

/** An object in the list of all. */
export interface ListedObject {
  name: string;
  label: Label;
  plural: Label;
  icon: string | null;
  navigation: number | null;
  /** Who brought it; null: the company made it. */
  package: string | null;
  master: string | null;
  /** Its records are settings. */
  configuration: boolean;
  log: boolean;
  active: boolean;
  fields: number;
  searchable: boolean;
  records: number;
  records_capped: boolean;
}

export interface OptionSetBody {
  label: Label;
  help?: Label | null;
  /** The set whose options decide which of these are offered. */
  controlled_by?: string | null;
  options: Option[];
}

/** A change; `body: null` deletes, a key of an object's body with null goes back to its default. */
export type DefinitionChange =
  | { object: string; body: Partial<Record<keyof ObjectBody, unknown>> | null }
  | { object: string; field: string; body: Omit<FieldBody, 'name'> | null; after?: string | null }
  | { option_set: string; body: OptionSetBody | null };

/** One step of what changes do, with sentences in the reader's language. */
export interface DefinitionStep {
  act: 'add' | 'change' | 'remove';
  thing: 'object' | 'field' | 'option_set';
  name: string;
  label: Label;
  changes: Record<string, { old: unknown; new: unknown }>;
  lines: string[];
  touched: number;
  risky: boolean;
  notes: string[];
}

export interface DefinitionProblem {
  code: string;
  detail: string;
  params: Record<string, unknown>;
}

/** Where an object or field is used, by a definition or (`record`) a configuration record. */
export interface DefinitionUse {
  kind: string;
  target: { object: string; field: string | null };
  object: string;
  field: string | null;
  record: { object: string; id: string; name: string } | null;
  title: string;
  removable: boolean;
  blocks: boolean;
}

export interface ChangesAnswer {
  version: number;
  steps: DefinitionStep[];
  problems: DefinitionProblem[];
  /** What uses something that the changes delete. */
  uses: DefinitionUse[];
}

/** What a profile gets with a new object (`actions`) or field (`level`). */
export interface DefinitionGrant {
  profile_id: string;
  object: string;
  field?: string;
  level?: 'hidden' | 'read' | 'edit';
  actions?: string[];
}

export interface Changes {
  changes: DefinitionChange[];
  version?: number | null;
  remove_uses?: boolean;
  grants?: DefinitionGrant[];
}

export interface DefinitionUses {
  object: DefinitionUse[];
  fields: Record<string, DefinitionUse[]>;
}

export interface TypeSettings {
  type: FieldType;
  settings: string[];
  becomes: FieldType[];
}

/** A deleted object (`field` null) or field that can be restored until `gone_at`. */
export interface BinEntry {
  id: string;
  object: string;
  field: string | null;
  label: Label;
  object_label: Label;
  type: FieldType | null;
  filled: number;
  deleted_at: string;
  deleted_by: string;
  gone_at: string;
}

/** How often it is asked whether an index that is being built stands. */
const BUILD_POLL_MS = 2000;

export function useObjectDefinitions() {
  return useQuery({
    queryKey: keys.definitions,
    queryFn: ({ signal }) => request<{ version: number; objects: ListedObject[] }>('GET', '/metadata/definitions/objects', { signal }),
  });
}

export function useObjectDefinition(name: string) {
  return useQuery({
    queryKey: keys.definition(name),
    queryFn: ({ signal }) => request<ObjectDefinition>('GET', `/metadata/definitions/objects/${name}`, { signal }),
    refetchInterval: (query) => (Object.values(query.state.data?.indexes ?? {}).includes('building') ? BUILD_POLL_MS : false),
  });
}

export function useOptionSets() {
  return useQuery({
    queryKey: keys.optionSets,
    queryFn: ({ signal }) => request<{ version: number; option_sets: { name: string; body: OptionSetBody }[] }>('GET', '/metadata/definitions/option_sets', { signal }),
  });
}

/** What uses an object and its fields. */
export function useDefinitionUses(object: string) {
  return useQuery({
    queryKey: keys.definitionUses(object),
    queryFn: ({ signal }) => request<DefinitionUses>('GET', `/metadata/definitions/objects/${object}/uses`, { signal }),
  });
}

/** The types of fields with their settings; they never change while the page is open. */
export function useFieldTypes() {
  return useQuery({
    queryKey: keys.fieldTypes,
    queryFn: ({ signal }) => request<{ types: TypeSettings[] }>('GET', '/metadata/field-types', { signal }).then(({ types }) => new Map(types.map((one) => [one.type, one]))),
    staleTime: Infinity,
  });
}

/** A free API name made from a label. */
export const proposeName = (label: Label, object?: string, type?: string): Promise<string> =>
  request<{ name: string }>('GET', '/metadata/proposed-name', { query: { zh: label.zh, en: label.en, object, type } }).then(({ name }) => name);

/** The texts that a text field holds, as options of the select field that it is to become. */
export const proposeOptions = (object: string, field: string): Promise<Option[]> =>
  request<{ options: Option[] }>('GET', `/metadata/definitions/objects/${object}/fields/${field}/options`).then(({ options }) => options);

export function useBin() {
  return useQuery({ queryKey: keys.definitionBin, queryFn: ({ signal }) => request<{ entries: BinEntry[] }>('GET', '/metadata/bin', { signal }) });
}

/** What changes would do; nothing is changed. */
export const tryChanges = ({ changes, version = null, remove_uses: remove = false }: Changes, signal?: AbortSignal): Promise<ChangesAnswer> =>
  request<ChangesAnswer>('POST', '/metadata/changes', { body: { version, dry_run: true, remove_uses: remove, changes }, signal });

/** What changes would do, for a dialog that asks about them. */
export function useTriedChanges(asked: Changes) {
  return useQuery({ queryKey: keys.triedChanges(asked), queryFn: ({ signal }) => tryChanges(asked, signal), gcTime: 0, retry: false });
}

/** Puts changes into force; afterwards every screen is drawn anew from what is in force. */
export function useChangeDefinitions() {
  const settled = useRedefined();
  return useMutation({
    mutationFn: ({ changes, version = null, remove_uses: remove = false, grants = [] }: Changes) =>
      request<ChangesAnswer>('POST', '/metadata/changes', { body: { version, dry_run: false, remove_uses: remove, grants, changes } }),
    onSettled: settled,
  });
}

export function useRestoreDefinition() {
  const settled = useRedefined();
  return useMutation({ mutationFn: (id: string) => request<{ version: number }>('POST', `/metadata/bin/${id}/restore`), onSettled: settled });
}

export function useThrowAway() {
  const settled = useRedefined();
  return useMutation({ mutationFn: (id: string) => request<undefined>('DELETE', `/metadata/bin/${id}`), onSettled: settled });
}

function useRedefined() {
  const client = useQueryClient();
  return async () => {
    await Promise.all([client.invalidateQueries({ queryKey: keys.definitions }), client.invalidateQueries({ queryKey: keys.metadata })]);
    void client.invalidateQueries({ queryKey: keys.data });
  };
}
