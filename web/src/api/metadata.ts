import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { request } from './client';
import { keys } from './keys';
import { fetchOptionSet } from './optionSets';
import { besidePaths } from './proposed';
import type { Action, FieldMeta, Metadata, ObjectMeta } from './types';

/** An object as this reader sees it: hidden fields are absent. */
export interface ObjectModel extends ObjectMeta {
  field: (name: string) => FieldMeta | undefined;
  can: (action: Action) => boolean;
}

/** What the reader may see of all objects; hidden objects are absent. */
export interface Model {
  version: number;
  objects: ObjectModel[];
  object: (name: string) => ObjectModel | undefined;
  /** The field at the end of a dotted path (`account.owner.name`), or undefined when a step is hidden or unknown. */
  fieldAt: (object: string, path: string) => FieldMeta | undefined;
}

/** Objects that have a page of their own but no place among the daily ones: people, roles, groups, views. Details of a master have none. */
export const isSetting = (object: ObjectMeta): boolean =>
  typeof object.navigation !== 'number' && Boolean(object.icon) && !object.master;

/** The object that a lookup field leads to; undefined for polymorphic lookups and fields that are none. */
export function targetOf(field: FieldMeta): string | undefined {
  if (field.type === 'user') return 'user';
  if (field.type === 'department') return 'department';
  if (field.type === 'lookup' || field.type === 'master_detail') return field.target ?? undefined;
  return undefined;
}

/** The name of a lookup as a step of a dotted path: `account_id` is walked as `account.`. */
export const stepOf = (field: { name: string }): string => field.name.replace(/_id$/, '');

export function buildModel(metadata: Metadata): Model {
  const objects = metadata.objects.map((object): ObjectModel => {
    const fields = new Map(object.fields.map((field) => [field.name, field]));
    const actions = new Set(object.actions);
    return { ...object, field: (name) => fields.get(name), can: (action) => actions.has(action) };
  });
  const byName = new Map(objects.map((object) => [object.name, object]));
  const fieldAt = (objectName: string, path: string): FieldMeta | undefined => {
    const steps = path.split('.');
    let object = byName.get(objectName);
    for (const step of steps.slice(0, -1)) {
      const lookup = object?.fields.find((field) => stepOf(field) === step && targetOf(field) !== undefined);
      object = lookup ? byName.get(targetOf(lookup) ?? '') : undefined;
    }
    return object?.field(steps.at(-1) ?? '');
  };
  return { version: metadata.version, objects, object: (name) => byName.get(name), fieldAt };
}

/** The object of the priced lines of a document; undefined where it has none, or the reader does not see them. */
export const linesOf = (model: Model, document: string): ObjectModel | undefined =>
  model.objects.find((one) => one.priced && one.field(one.master?.field ?? '')?.target === document);

/** The select by which records stand in columns: the object's stage, else its status. */
export function boardField(object: ObjectModel): FieldMeta | undefined {
  const field = object.field(object.stage_field ?? 'status');
  return field?.type === 'select' ? field : undefined;
}

const LINK_TYPES = new Set<FieldMeta['type']>(['lookup', 'master_detail', 'user', 'department', 'polymorphic']);

export const isLink = (field: FieldMeta): boolean => LINK_TYPES.has(field.type);

/** The path of a link's readable name beside the link itself: `account_id` → `account.name`, `account.owner_id` → `account.owner.name`. */
export const namePath = (path: string): string => `${path.replace(/_id$/, '')}.name`;

/** The path of the field beside the one at `path`: `role.name` → `role.name_en`. */
export const beside = (path: string, name: string): string => path.replace(/[^.]+$/, name);

/** `paths` as a query must ask for them: each link followed by the name that it leads to, and what has its English by that. */
export const withNames = (model: Model, object: string, paths: string[]): string[] => [
  ...new Set(
    paths.flatMap((path) => {
      const field = model.fieldAt(object, path);
      const wanted = field && isLink(field) ? [path, namePath(path), ...besidePaths(field, path)] : [path];
      return wanted.flatMap((one) => {
        const english = model.fieldAt(object, one)?.english;
        return english ? [one, beside(one, english)] : [one];
      });
    }),
  ),
];

/** The document with the options of big sets in it, each set fetched once. */
async function withAllOptions(metadata: Metadata, signal: AbortSignal): Promise<Metadata> {
  const away = metadata.objects.flatMap((object) => object.fields).filter((field) => field.options_elsewhere && field.option_set);
  const names = [...new Set(away.map((field) => field.option_set ?? ''))];
  if (names.length === 0) return metadata;
  const sets = new Map((await Promise.all(names.map((name) => fetchOptionSet(name, signal)))).map((set) => [set.name, set.options]));
  const filled = (field: FieldMeta): FieldMeta => {
    const options = field.options_elsewhere ? (sets.get(field.option_set ?? '') ?? []) : field.options;
    const own = field.shown_for;
    return { ...field, options: own && field.options_elsewhere ? options?.map((option) => ({ ...option, shown_for: own[option.value] })) : options };
  };
  return { ...metadata, objects: metadata.objects.map((object) => ({ ...object, fields: object.fields.map(filled) })) };
}

export function useMetadataQuery(enabled: boolean) {
  return useQuery({
    queryKey: keys.metadata,
    queryFn: async ({ signal }) => buildModel(await withAllOptions(await request<Metadata>('GET', '/metadata', { signal }), signal)),
    staleTime: 5 * 60_000,
    enabled,
  });
}

export const ModelContext = createContext<Model | null>(null);

/** The metadata, loaded before any screen is drawn. */
export function useModel(): Model {
  const model = useContext(ModelContext);
  if (!model) throw new Error('useModel needs the shell around it');
  return model;
}
