import { describe, expect, it } from 'vitest';
import type { ImportColumn } from '@/api/imports';
import { buildModel, type ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { filled, fieldOf, listsOf, matchable, missingFields, namingFields, obstacles, ofItsType, planColumn, runOf, startPlan, withValue, type ColumnPlan, type Plan } from './plan';

const label = (zh: string) => ({ zh, en: zh });
const field = (name: string, type: FieldMeta['type'], more: Partial<FieldMeta> = {}): FieldMeta => ({ name, type, label: label(name), access: 'edit', operators: [], ...more });
const empty = { highlights: [], sections: [], related: [] };
const model = buildModel({
  version: 1,
  objects: [
    {
      name: 'deal', label: label('商机'), plural: label('商机'), name_field: 'name', actions: ['read', 'import', 'create'], layout: empty,
      fields: [
        field('name', 'text', { required: true }),
        field('code', 'auto_number', { unique: true }),
        field('owner_id', 'user', { target: 'user' }),
        field('related_id', 'polymorphic', { targets: ['deal', 'user'] }),
        field('stage', 'select', { required: true, default: 'won', options: [{ value: 'won', label: { zh: '赢单', en: 'Closed won' } }, { value: 'lost', label: { zh: '输单', en: 'Lost' } }] }),
        field('close_date', 'date'),
        field('amount', 'currency'),
        field('address', 'address'),
        field('picture', 'image'),
        field('created_at', 'datetime', { system: true, access: 'read' }),
      ],
    },
    {
      name: 'user', label: label('用户'), plural: label('用户'), name_field: 'name', actions: ['read'], layout: empty,
      fields: [field('id' as string, 'id' as never, { system: true }), field('phone', 'phone'), field('name', 'text'), field('login', 'text', { unique: true }), field('version', 'integer', { system: true })],
    },
  ],
});
const deal = model.object('deal') as ObjectModel;
const column = (name: string, guess: string | null, ...samples: string[]): ImportColumn => ({ name, guess, samples });
const COLUMNS = [
  column('opportunity_id', 'code', '1C1I7A6R'),
  column('sales_agent', 'owner_id', 'Moses Frase'),
  column('deal_stage', 'stage', 'Won', 'Pending'),
  column('close_date', 'close_date', '20-10-16'),
  column('close_value', 'amount', '1,054', '12'),
  column('town', 'address.city', 'Ulm'),
];
const QUARTER = column('quarter', null, 'Q4 2016');
const planOf = (plan: Plan, name: string): ColumnPlan => plan.columns[name] as ColumnPlan;
const started = (): Plan => startPlan(model, deal, [...COLUMNS, QUARTER]);

const typed: ObjectModel = {
  ...deal, preselected_type: 'project',
  record_types: [
    { name: 'project', label: label('项目'), active: true, creatable: true, options: {}, defaults: {} },
    { name: 'renewal', label: label('续约'), active: true, creatable: true, options: { stage: ['won'] }, defaults: {} },
  ],
};

describe('the plan of an import', () => {
  it('offers the options of the type that all its records are of', () => {
    const stages = (plan: Plan) => ofItsType(typed, plan).field('stage')?.options?.map(({ value }) => value);
    const plan = started();
    const renewals: Plan = { ...plan, extra: [{ field: 'record_type', kind: 'constant', value: 'renewal' }] };
    expect([stages(plan), stages(renewals)]).toEqual([['won', 'lost'], ['won']]);
    // What exists already has its type, and a column may say another for each row: there the server decides.
    expect(stages({ ...renewals, onDuplicate: 'update' })).toEqual(['won', 'lost']);
    expect(stages({ ...renewals, columns: { ...plan.columns, type: { field: 'record_type', blank: 'allow', values: [] } } })).toEqual(['won', 'lost']);
    expect(ofItsType(deal, plan)).toBe(deal);
  });

  it('begins with the guesses and what the samples suggest', () => {
    const { columns, onDuplicate, match } = started();
    expect(columns.sales_agent).toMatchObject({ field: 'owner_id', by: 'name' });
    expect(columns.close_date).toMatchObject({ dates: 'dmy-short', century: 2000 });
    expect(columns.close_value).toMatchObject({ numbers: 'comma' });
    expect(columns.deal_stage?.values).toEqual([{ from: 'Pending', to: undefined }]);
    expect(columns.quarter?.field).toBeNull();
    expect([onDuplicate, match]).toEqual(['skip', ['code']]);
  });

  it('offers what a cell can list of a record, and takes it over as it stands', () => {
    const parts = { object: 'member', field: 'deal_id', columns: [], parts: true };
    const lists = buildModel({
      version: 1,
      objects: [
        { ...deal, layout: { ...empty, related: [parts, { ...parts, object: 'user', parts: false }] } },
        {
          name: 'member', label: label('成员'), plural: label('成员'), name_field: 'code', actions: ['read', 'create', 'import'], layout: empty,
          fields: [field('code', 'auto_number'), field('deal_id', 'lookup', { target: 'deal' }), field('user_id', 'user', { target: 'user' }), field('created_by_id', 'user', { system: true })],
        },
        ...model.objects.filter(({ name }) => name === 'user'),
      ],
    });
    const object = lists.object('deal') as ObjectModel;
    expect(listsOf(lists, object).map(({ path }) => path)).toEqual(['member.user_id']);
    const plan = startPlan(lists, object, [column('名称', 'name', '甲'), column('成员', 'member.user_id', '王芳、李强'), column('x', 'member.deal_id')]);
    expect(plan.columns.x?.field).toBeNull();
    expect(runOf(object, plan, true).mapping.columns).toEqual({ 名称: 'name', 成员: 'member.user_id', x: null });
  });

  it('asks for required fields that no column gives', () => {
    const plan = started();
    expect(plan.extra).toEqual([{ field: 'name', kind: 'template', value: null }]);
    expect(obstacles(deal, plan)).toMatchObject([{ kind: 'unfilled', field: { name: 'name' } }]);
    const removed = { ...plan, extra: [] };
    expect(missingFields(deal, removed).map((one) => one.name)).toEqual(['name']);
    expect(obstacles(deal, removed)).toMatchObject([{ kind: 'missing' }]);
    // Records that exist already have it.
    expect(obstacles(deal, { ...removed, onDuplicate: 'update' })).toEqual([]);
  });

  it('becomes the mapping document of the server', () => {
    const plan: Plan = { ...started(), extra: [{ field: 'name', kind: 'template', value: '{town}[ · {quarter}]' }] };
    const mended = { ...plan, columns: { ...plan.columns, deal_stage: withValue(planOf(plan, 'deal_stage'), 'Pending', 'lost') } };
    expect(runOf(deal, mended, true)).toEqual({
      mapping: {
        columns: {
          opportunity_id: 'code',
          sales_agent: { field: 'owner_id', by: 'name' },
          deal_stage: { field: 'stage', values: { Pending: 'lost' } },
          close_date: { field: 'close_date', dates: ['%d-%m-%y'], century: 2000 },
          close_value: { field: 'amount', decimal: '.', thousands: ',' },
          town: 'address.city',
          quarter: null,
        },
        fields: { name: { template: '{town}[ · {quarter}]' } },
      },
      dry_run: true,
      on_duplicate: 'skip',
      match: ['code'],
    });
  });

  it('leaves undecided replacements and unfilled fields out, and keeps blanks', () => {
    const plan = started();
    const stage = planOf(plan, 'deal_stage');
    const run = runOf(deal, { ...plan, columns: { ...plan.columns, deal_stage: { ...withValue(stage, 'Open', ''), blank: 'reject' } } }, false);
    expect(run.mapping.columns.deal_stage).toEqual({ field: 'stage', values: { Open: '' }, blank: 'reject' });
    expect(run.mapping.fields).toEqual({});
  });

  it('matches only by fields that the file still fills', () => {
    const plan = started();
    expect(matchable(deal, plan).map((one) => one.name)).toEqual(['name', 'code', 'owner_id', 'stage', 'close_date', 'amount']);
    const without = { ...plan, extra: [{ field: 'name', kind: 'constant' as const, value: 'x' }], columns: { ...plan.columns, opportunity_id: planColumn(model, deal, null, QUARTER) } };
    expect(runOf(deal, without, false).match).toEqual([]);
    expect(obstacles(deal, without)).toEqual([{ kind: 'match' }]);
  });

  it('must know what a link to several objects means', () => {
    const plan = started();
    const linked = planColumn(model, deal, 'related_id', QUARTER);
    expect(linked).toMatchObject({ field: 'related_id', object: undefined, by: undefined });
    const open = { ...plan, onDuplicate: 'update' as const, extra: [], columns: { ...plan.columns, quarter: linked } };
    expect(obstacles(deal, open)).toEqual([{ kind: 'object', column: 'quarter' }]);
  });

  it('names records by their name first, then by what only one can have', () => {
    expect(namingFields(model.object('user') as ObjectModel).map((one) => one.name)).toEqual(['name', 'login', 'phone', 'id']);
  });

  it('knows the field behind a part', () => {
    expect(fieldOf(deal, 'address.city')?.name).toBe('address');
    expect(filled(started())).toContain('address.city');
  });
});
