/** What makes a new object: its settings, the field that its records are called by, a first layout, and rights. */
import type { Changes, DefinitionGrant } from '@/api/definitions';
import type { Label } from '@/api/types';
import { wholeLabel } from './fieldBody';

export const NOT_IN_MENU = -1;

export type Rights = 'none' | 'read' | 'edit' | 'all';

const ACTIONS: Record<Exclude<Rights, 'none'>, string[]> = {
  read: ['read'],
  edit: ['read', 'create', 'update'],
  all: ['read', 'create', 'update', 'delete', 'import', 'export', 'bulk_edit'],
};

export interface NewObject {
  name: string;
  settings: Record<string, unknown>;
  naming: 'text' | 'auto_number';
  nameLabel: Label;
  format: string;
  /** The object that its records are parts of; none: they stand for themselves and have an owner. */
  master: string | undefined;
  sharing: 'private' | 'public_read' | 'public_edit';
  activities: boolean;
  lockable: boolean;
  rights: Record<string, Rights>;
}

export function newObject({ name, settings, naming, nameLabel, format, master, sharing, rights }: NewObject): Changes {
  const link = master ? `${master}_id` : undefined;
  const shown = ['name', ...(link ? [link] : ['owner_id', 'department_id'])];
  const layout = { sections: [{ label: { zh: '基本信息', en: 'Details' }, fields: shown }] };
  const belongs = master ? { sharing: 'parent', owned: false } : sharing === 'private' ? {} : { sharing };
  const naming_ = { label: wholeLabel(nameLabel), searchable: true };
  return {
    changes: [
      { object: name, body: { ...settings, ...belongs, name_field: 'name', layout } },
      { object: name, field: 'name', body: naming === 'text' ? { type: 'text', ...naming_, required: true } : { type: 'auto_number', ...naming_, format, unique: true } },
      ...(link && master ? [{ object: name, field: link, body: { type: 'master_detail' as const, label: masterLabel, target: master, required: true, on_delete: 'cascade' as const } }] : []),
    ],
    grants: Object.entries(rights).flatMap(([profile, one]): DefinitionGrant[] => (one === 'none' ? [] : [{ profile_id: profile, object: name, actions: ACTIONS[one] }])),
  };
}

const masterLabel: Label = { zh: '所属记录', en: 'Belongs to' };
