import { describe, expect, it } from 'vitest';
import { displayOf, kindsOf } from './displays';
import { buildModel, type ObjectModel } from './metadata';
import type { FieldMeta } from './types';

const label = { zh: 'x', en: 'x' };
const field = (name: string, type: FieldMeta['type'], system = false): FieldMeta => ({ name, type, label, access: 'edit', operators: [], system });

function object(fields: FieldMeta[], more: Partial<ObjectModel> = {}): ObjectModel {
  const made = buildModel({
    version: 1,
    objects: [{ name: 'visit', label, plural: label, name_field: 'name', actions: ['read'], fields, layout: { highlights: [], sections: [], related: [] }, ...more }],
  });
  return made.object('visit') as ObjectModel;
}

describe('the ways to show an object', () => {
  it('are those that its fields allow', () => {
    expect(kindsOf(object([field('name', 'text'), field('created_at', 'datetime', true)]))).toEqual(['list']);
    expect(kindsOf(object([field('level', 'select'), field('on', 'date'), field('at', 'location')]))).toEqual(['list', 'kanban', 'calendar', 'map']);
  });

  it('go by the stage and the amount where nothing is said', () => {
    const found = displayOf(object([field('type', 'select'), field('stage', 'select'), field('amount', 'currency'), field('close_date', 'date')], { stage_field: 'stage', amount_field: 'amount' }), null);
    expect(found).toMatchObject({ group: 'stage', amount: 'amount', start: 'close_date', end: null, color: 'stage' });
  });

  it('go by what a view says, as far as such fields are there', () => {
    const visit = object([field('type', 'select'), field('stage', 'select'), field('start_at', 'datetime'), field('end_at', 'datetime'), field('due', 'date')]);
    expect(displayOf(visit, { group: 'type', start: 'start_at' })).toMatchObject({ group: 'type', start: 'start_at', end: 'end_at' });
    expect(displayOf(visit, { group: 'gone', start: 'due', color: null })).toMatchObject({ group: 'type', start: 'due', end: null, color: null });
  });
});
