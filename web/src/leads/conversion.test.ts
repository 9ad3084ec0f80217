import { describe, expect, it } from 'vitest';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { fieldsAsked, hitsIn, missingIn, startDraft, wishOf, withAccount } from './conversion';

const field = (name: string, more: Partial<FieldMeta> = {}): FieldMeta => ({ name, type: 'text', label: { zh: name, en: name }, access: 'edit', operators: [], ...more });

const model = (name: string, fields: FieldMeta[]): ObjectModel => ({
  name, label: { zh: name, en: name }, plural: { zh: name, en: name }, name_field: 'name', actions: [], fields, layout: { highlights: [], sections: [], related: [] },
  field: (one) => fields.find((f) => f.name === one), can: () => true,
});

const ACCOUNT = model('account', [field('name', { required: true }), field('code', { required: true }), field('industry'), field('level', { access: 'read' })]);
const CONTACT = model('contact', [field('name', { required: true }), field('account_id', { required: true, type: 'lookup' })]);
const OPPORTUNITY = model('opportunity', [field('name', { required: true }), field('stage', { required: true, default: 'open' })]);
const objects = { account: ACCOUNT, contact: CONTACT, opportunity: OPPORTUNITY };

const CONVERSION = {
  values: { account: { name: '江州轴承', industry: 'machinery', level: 'a' }, contact: { name: '周敏' }, opportunity: {} },
  names: {}, creatable: { account: true, contact: true, opportunity: true }, matches: [],
};
const none = () => new Set<string>();
const draft = () => startDraft(CONVERSION, { account: {}, contact: {}, opportunity: {} }, '1');

describe('a conversion', () => {
  it('asks for what is required and keeps the rest that comes from the lead behind it', () => {
    const { asked, others } = fieldsAsked(ACCOUNT, 'account', { carried: CONVERSION.values.account, values: {}, demanded: new Set() });
    expect([asked.map((f) => f.name), others.map((f) => f.name)]).toEqual([['name', 'code'], ['industry']]);
  });
  it('starts without the default of a field that the lead leaves blank', () => {
    const found = { ...CONVERSION, values: { ...CONVERSION.values, account: { name: '江州轴承', industry: null } } };
    const { account } = startDraft(found, { account: { industry: 'retail' }, contact: {}, opportunity: {} }, '1');
    expect(wishOf({ ...draft(), account }, '1').account).toEqual({ values: { name: '江州轴承', industry: null } });
    expect(fieldsAsked(ACCOUNT, 'account', { carried: found.values.account, values: account.values, demanded: new Set() }).others).toEqual([]);
  });
  it('demands a value of what has none, but not of what it sets itself', () => {
    expect(missingIn(draft(), (target) => objects[target], none).map(([name]) => name)).toEqual(['account.code', 'opportunity.name']);
  });
  it('asks for what the stage of the new deal needs, and offers what its type has', () => {
    const fields = [field('name', { required: true }), field('stage', { type: 'select', options: ['open', 'won'].map((value) => ({ value, label: { zh: value, en: value } })) }), field('amount'), field('need')];
    const deal: ObjectModel = {
      ...model('opportunity', fields),
      record_types: [{ name: 'renewal', label: { zh: '续约', en: 'Renewal' }, active: true, creatable: true, options: { stage: ['open'] }, defaults: {} }],
    };
    const asked = (demanded: string[]) => fieldsAsked(deal, 'opportunity', { carried: {}, values: { record_type: 'renewal' }, demanded: new Set(demanded) }).asked;
    expect(asked([]).map(({ name, required }) => [name, required ?? false])).toEqual([['name', true], ['stage', false], ['amount', false]]);
    expect(asked(['amount', 'need']).map(({ name, required }) => [name, required ?? false])).toEqual([['name', true], ['stage', false], ['amount', true], ['need', true]]);
    expect(asked([])[1]?.options?.filter(({ active }) => active !== false).map(({ value }) => value)).toEqual(['open']);
    const wanted = { ...draft(), account: { fresh: false, id: '7', values: {} }, opportunity: { fresh: true, id: null, values: { name: '换热泵' } } };
    expect(missingIn(wanted, (target) => (target === 'opportunity' ? deal : undefined), () => new Set(['amount'])).map(([at]) => at)).toEqual(['opportunity.amount']);
  });
  it('sends what is new with its values, and what there is by its id', () => {
    const chosen = withAccount(draft(), { fresh: false, id: '7', values: {} }, true);
    expect(wishOf({ ...chosen, opportunity: null, owner: '2' }, '1')).toEqual({ account: { id: '7' }, contact: { values: { name: '周敏' } }, opportunity: null, owner_id: '2' });
  });
  it('takes an account that nobody has, unless it is to be left where it lies', () => {
    const part = { fresh: false, id: '7', values: {} };
    const wished = (left?: boolean) => wishOf(withAccount(draft(), { ...part, left }, true), '1', 'claim').account;
    expect([wished(), wished(false), wished(true)]).toEqual([{ id: '7', take: 'claim' }, { id: '7', take: 'claim' }, { id: '7' }]);
    expect(wishOf(draft(), '1', 'claim').account).toEqual({ values: draft().account.values });
  });
  it('tells of which part the duplicates are that it was refused for', () => {
    const hit = { object: 'account', id: '7' };
    const refused = [{ code: 'duplicate.blocked', detail: '', field: 'account', params: { hits: [hit] } }, { code: 'field.required', detail: '', field: 'contact.name' }];
    expect(hitsIn(refused)).toEqual([['account', [hit]]]);
  });
  it('forgets a contact of another account', () => {
    const before = { ...draft(), account: { fresh: false, id: '7', values: {} }, contact: { fresh: false, id: '9', values: {} } };
    expect(withAccount(before, { fresh: true, id: null, values: {} }, true).contact).toEqual({ fresh: true, id: null, values: {} });
  });
});
