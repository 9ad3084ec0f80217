import type { Arranged } from '@/api/layouts';
import type { ObjectModel } from '@/api/metadata';
import type { Permissions } from '@/api/profiles';

/** The object without what a profile hides, and with read-only what it only shows. */
export function asSeenBy(object: ObjectModel, administers: boolean, permissions: Permissions): ObjectModel {
  if (administers) return object;
  const levels = new Map(permissions.fields.filter((one) => one.object_name === object.name).map((one) => [one.field_name, one.level]));
  const fields = object.fields
    .filter(({ name }) => levels.get(name) !== 'hidden')
    .map((field) => (levels.get(field.name) === 'read' ? { ...field, access: 'read' as const } : field));
  const byName = new Map(fields.map((field) => [field.name, field]));
  return { ...object, fields, field: (name) => byName.get(name) };
}

/** The layout by which people with a profile see records of a type; null is the object's own. */
export const layoutNameFor = (definition: Arranged | undefined, profile: string, type: string | undefined): string | null =>
  definition?.layouts?.find(({ for: whom }) => {
    const { record_types: types = [], profiles = [] } = whom ?? {};
    return (types.length === 0 || (type !== undefined && types.includes(type))) && (profiles.length === 0 || profiles.includes(profile));
  })?.name ?? null;
