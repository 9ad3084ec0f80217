import type { ObjectModel } from '@/api/metadata';

export type Group = 'groupDaily' | 'groupDetails' | 'groupSettings';
const GROUPS: Group[] = ['groupDaily', 'groupDetails', 'groupSettings'];

/** Of settings a profile can give the view alone. */
const groupOf = (object: ObjectModel): Group =>
  object.master ? 'groupDetails' : object.grantable?.some((action) => action !== 'read') ? 'groupDaily' : 'groupSettings';

const place = (object: ObjectModel): number => object.navigation ?? Number.MAX_SAFE_INTEGER;

/** The objects that a profile can allow, in groups; in the order of the navigation, then by name. */
export function inGroups(objects: ObjectModel[], name: (object: ObjectModel) => string): [Group, ObjectModel[]][] {
  const known = objects.filter((object) => (object.grantable ?? []).length > 0);
  known.sort((a, b) => place(a) - place(b) || name(a).localeCompare(name(b), 'zh'));
  return GROUPS.map((group): [Group, ObjectModel[]] => [group, known.filter((object) => groupOf(object) === group)]).filter(([, some]) => some.length > 0);
}
