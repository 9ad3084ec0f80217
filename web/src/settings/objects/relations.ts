/** Which objects an object is connected with, and where they stand in the picture: what it points to left, the rest right. */
import type { Model } from '@/api/metadata';
import type { Label } from '@/api/types';

export interface Relation {
  /** The object at the other end. */
  object: string;
  field: string;
  label: Label;
  /** `out`: the object has the field; `in`: the other one has it. */
  way: 'out' | 'in';
  /** The records of one are parts of those of the other. */
  part: boolean;
}

const ours = (name: string): boolean => name === 'created_by_id' || name === 'updated_by_id' || name === 'locked_by_id';

const targetsOf = (field: { type: string; target?: string | null; targets?: string[] }): string[] => (field.type === 'polymorphic' ? (field.targets ?? []) : field.target ? [field.target] : []);

/** The relations of `name`, of the objects that people work with: settings would hide what matters. */
export function relationsOf(model: Model, name: string): Relation[] {
  const self = model.object(name);
  if (!self) return [];
  const shown = new Set(model.objects.filter((one) => one.name === name || !one.configuration || one.name === 'user').map((one) => one.name));
  const out = self.fields.filter((field) => !ours(field.name)).flatMap((field) =>
    targetsOf(field).filter((target) => shown.has(target)).map((object): Relation => ({ object, field: field.name, label: field.label, way: 'out', part: field.type === 'master_detail' })));
  const back = model.objects.filter((one) => one.name !== name && shown.has(one.name)).flatMap((one) =>
    one.fields.filter((field) => !ours(field.name) && targetsOf(field).includes(name)).map((field): Relation => ({ object: one.name, field: field.name, label: field.label, way: 'in', part: field.type === 'master_detail' })));
  return [...out, ...back];
}

/** The other objects of one side, each once, with the names of the fields between. */
export function besides(relations: Relation[], way: Relation['way']): [string, Relation[]][] {
  const found = new Map<string, Relation[]>();
  for (const relation of relations.filter((one) => one.way === way)) found.set(relation.object, [...(found.get(relation.object) ?? []), relation]);
  return [...found];
}
