import { useMemo } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { besidePaths } from '@/api/proposed';
import { useRecords } from '@/api/query';
import { request } from '@/api/client';
import { createRecord, deleteRecord, updateRecord, useDataChanged } from '@/api/records';
import type { FilterJson, RecordAnswer, Values } from '@/api/types';
import { useFeedback } from '@/ui/feedback';
import { CONTACT_FIELDS, influencesOf, PART_FIELDS, peopleOf, playersOf, type Influence, type Person, type Point } from './people';

export const PEOPLE_MAX = 100;
const POSITION = 'map_position';
const INFLUENCE = 'influence';
const PART = 'opportunity_contact';

export interface ContactMap {
  people: Person[];
  influences: Influence[];
  saved: Map<string, Point>;
  ready: boolean;
  error: unknown;
  retry: () => void;
  cut: boolean;
  /** The person may change who stands where and who influences whom. */
  editable: boolean;
  deal: boolean;
}

/** What the map of an account or a deal shows, as far as its reader may see it. */
export function useMap(object: ObjectModel, answer: RecordAnswer): ContactMap {
  const model = useModel();
  const { record, can } = answer;
  const deal = object.name === 'opportunity';
  const contact = model.object('contact');
  const part = model.object(PART);
  const contactOf = part?.field('contact_id');
  const mine: FilterJson = { field: 'record_id', op: '=', value: record.id };
  const known = (name: string, fields: string[]) => fields.filter((path) => model.fieldAt(name, path) !== undefined);
  const contacts = useRecords(
    { object: 'contact', fields: known('contact', CONTACT_FIELDS), filter: { field: 'account_id', op: '=', value: record.id }, order: [{ field: 'id' }], limit: PEOPLE_MAX },
    { enabled: !deal && contact !== undefined },
  );
  const parts = useRecords(
    { object: PART, fields: known(PART, [...PART_FIELDS, ...(contactOf ? besidePaths(contactOf, contactOf.name) : [])]), filter: { field: 'opportunity_id', op: '=', value: record.id }, order: [{ field: 'id' }], limit: PEOPLE_MAX, can: ['update', 'delete'] },
    { enabled: deal && part !== undefined },
  );
  const positions = useRecords({ object: POSITION, fields: ['contact_id', 'x', 'y'], filter: mine, limit: 500 }, { enabled: model.object(POSITION) !== undefined });
  const influences = useRecords({ object: INFLUENCE, fields: ['from_contact_id', 'to_contact_id', 'strength'], filter: mine, limit: 500 }, { enabled: model.object(INFLUENCE) !== undefined });
  const found = deal ? parts : contacts;
  const fields = useMemo(
    () => ({ role: contact?.field('role'), attitude: contact?.field('attitude') ?? part?.field('attitude'), influence: part?.field('influence') }),
    [contact, part],
  );
  const people = useMemo(
    () => (deal ? playersOf(parts.data?.rows ?? [], record.contact_id, fields) : peopleOf(contacts.data?.rows ?? [], fields)),
    [deal, parts.data, contacts.data, record.contact_id, fields],
  );
  const lines = useMemo(() => influencesOf(influences.data?.rows ?? []), [influences.data]);
  const saved = useMemo(
    () => new Map((positions.data?.rows ?? []).map((row) => [String(row.contact_id), { x: Number(row.x), y: Number(row.y) }])),
    [positions.data],
  );
  const asked = [found, positions, influences];
  return {
    people, influences: lines, saved, deal,
    ready: asked.every((one) => one.isSuccess || one.fetchStatus === 'idle'),
    error: asked.find((one) => one.isError)?.error,
    retry: () => { for (const one of asked) void one.refetch(); },
    cut: found.data?.next !== null && found.data?.next !== undefined,
    editable: can.update && model.object(POSITION)?.can('create') === true && model.object(INFLUENCE)?.can('create') === true,
  };
}

/** What can be done to a map. Each is an ordinary write: what may not be is refused with words. */
export function useMapChanges(object: ObjectModel, answer: RecordAnswer) {
  const changed = useDataChanged();
  const { failed } = useFeedback();
  const { id } = answer.record;
  const link = { object: object.name, id };
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      failed(error);
      return false;
    } finally {
      await changed();
    }
  };
  return {
    /** Keeps where people stand; what is stored already is changed. */
    place: (places: ReadonlyMap<string, Point>) =>
      attempt(async () => {
        const stored = await request<{ rows: { id: string; contact_id: string }[] }>('POST', '/query', { body: { object: POSITION, fields: ['contact_id'], filter: { field: 'record_id', op: '=', value: id }, limit: 500 } });
        const known = new Map(stored.rows.map((row) => [row.contact_id, row.id]));
        const rounded = (point: Point) => ({ x: Math.round(point.x), y: Math.round(point.y) });
        const fresh = [...places].filter(([contact]) => !known.has(contact)).map(([contact, point]) => ({ values: { record_id: link, contact_id: contact, ...rounded(point) } }));
        if (fresh.length > 0) await request('POST', '/batch', { body: { object: POSITION, action: 'create', rows: fresh } });
        for (const [contact, point] of places) {
          const row = known.get(contact);
          if (row) await updateRecord(POSITION, row, rounded(point));
        }
      }),
    report: (contact: string, to: string | null) => attempt(() => updateRecord('contact', contact, { reports_to_id: to })),
    influence: (from: string, to: string) => attempt(() => createRecord(INFLUENCE, { record_id: link, from_contact_id: from, to_contact_id: to })),
    strengthen: (line: string, strong: boolean) => attempt(() => updateRecord(INFLUENCE, line, { strength: strong ? 'strong' : 'normal' })),
    removeInfluence: (line: string) => attempt(() => deleteRecord(INFLUENCE, line)),
    join: (contact: string) => attempt(() => createRecord(PART, { opportunity_id: id, contact_id: contact })),
    leave: (part: string) => attempt(() => deleteRecord(PART, part)),
    part: (part: string, values: Values) => attempt(() => updateRecord(PART, part, values)),
    contact: (contact: string, values: Values) => attempt(() => updateRecord('contact', contact, values)),
    main: (contact: string) => attempt(() => updateRecord('opportunity', id, { contact_id: contact })),
  };
}

export type MapChanges = ReturnType<typeof useMapChanges>;
