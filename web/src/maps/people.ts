/** What a map shows, as data: people with their parts, who reports to whom, who influences whom, and where they stand. */
import type { FieldMeta, Label, Option, Row } from '@/api/types';

export interface Person {
  /** The contact's id. */
  id: string;
  name: string;
  title: string | null;
  role: Option | undefined;
  attitude: Option | undefined;
  influence: Option | undefined;
  reportsTo: string | null;
  main: boolean;
  colleague: string | null;
  next: string | null;
  /** Of a deal: the record that makes the contact take part. */
  part: Row | undefined;
  contact: Row;
}

export interface Influence {
  id: string;
  from: string;
  to: string;
  strong: boolean;
}

export interface Point {
  x: number;
  y: number;
}

export const CONTACT_FIELDS = ['name', 'title', 'role', 'attitude', 'reports_to_id'];
export const PART_FIELDS = ['contact_id', 'contact.name', 'contact.title', 'contact.role', 'contact.attitude', 'contact.reports_to_id', 'role', 'influence', 'attitude', 'colleague_id', 'colleague.name', 'next_step'];

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const optionIn = (field: FieldMeta | undefined, value: unknown): Option | undefined => field?.options?.find((option) => option.value === value);

interface Fields {
  role: FieldMeta | undefined;
  attitude: FieldMeta | undefined;
  influence: FieldMeta | undefined;
}

/** The contacts of an account. */
export const peopleOf = (contacts: Row[], fields: Fields): Person[] =>
  contacts.map((contact) => ({
    id: contact.id, name: text(contact.name) ?? `#${contact.id}`, title: text(contact.title), role: optionIn(fields.role, contact.role), attitude: optionIn(fields.attitude, contact.attitude),
    influence: undefined, reportsTo: text(contact.reports_to_id), main: false, colleague: null, next: null, part: undefined, contact,
  }));

/** Who takes part in a deal; the part in it goes before what is known of the contact. */
export const playersOf = (parts: Row[], main: unknown, fields: Fields): Person[] =>
  parts.flatMap((part) => {
    const id = text(part.contact_id);
    if (id === null) return [];
    return [{
      id, name: text(part['contact.name']) ?? `#${id}`, title: text(part['contact.title']),
      role: optionIn(fields.role, part.role ?? part['contact.role']), attitude: optionIn(fields.attitude, part.attitude ?? part['contact.attitude']), influence: optionIn(fields.influence, part.influence),
      reportsTo: text(part['contact.reports_to_id']), main: id === main, colleague: text(part['colleague.name']), next: text(part.next_step), part,
      contact: { id, version: 0, name: part['contact.name'], reports_to_id: part['contact.reports_to_id'], role: part['contact.role'] },
    }];
  });

export const influencesOf = (rows: Row[]): Influence[] =>
  rows.flatMap((row) => (typeof row.from_contact_id === 'string' && typeof row.to_contact_id === 'string' ? [{ id: row.id, from: row.from_contact_id, to: row.to_contact_id, strong: row.strength === 'strong' }] : []));

export const NO_ROLE: Label = { zh: '未定角色', en: 'No role' };
