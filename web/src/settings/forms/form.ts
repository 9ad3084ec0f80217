/** A web form as its editor holds it. */
import type { RecordAnswer, Values } from '@/api/types';
import type { FieldMeta, FieldType, Label } from '@/api/types';

export interface Question {
  field: string;
  required: boolean;
  label: Label;
}

export interface FormState {
  id?: string;
  version?: number;
  key: string;
  name: string;
  active: boolean;
  language: string;
  title: Label;
  intro: Label;
  thanks: Label;
  questions: Question[];
  source: string | null;
  campaign: string | null;
  campaignName: string | null;
  pool: string | null;
  poolName: string | null;
  owner: string | null;
  ownerName: string | null;
  redirect: string;
  sites: string;
  /** For how many days submissions are kept; null: for ever. */
  keepDays: number | null;
}

const ASKED = new Set<FieldType>(['text', 'long_text', 'email', 'phone', 'url', 'select', 'multi_select', 'integer', 'date', 'boolean']);

export const askable = (field: FieldMeta): boolean => field.access === 'edit' && !field.system && !field.computed && ASKED.has(field.type);

export const needed = (field: FieldMeta): boolean => field.required === true && (field.default ?? null) === null && !field.computed_default;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const both = (record: Values, name: string): Label => ({ zh: text(record[name]), en: text(record[`${name}_en`]) });

function questionsOf(value: unknown): Question[] {
  try {
    const found: unknown = JSON.parse(text(value) || '[]');
    return (Array.isArray(found) ? (found as Values[]) : []).map((one) => ({ field: text(one.field), required: one.required === true, label: both(one, 'label') }));
  } catch {
    return [];
  }
}

export const newForm = (me: { id: string; name: string }, fields: FieldMeta[]): FormState => ({
  key: '', name: '', active: true, language: 'visitor', title: { zh: '联系我们', en: 'Contact us' }, intro: { zh: '', en: '' }, thanks: { zh: '', en: '' },
  questions: ['name', 'company_name', 'mobile', 'email', 'need']
    .filter((name) => fields.some((field) => field.name === name))
    .map((field) => ({ field, required: fields.some((one) => one.name === field && needed(one)), label: { zh: '', en: '' } })),
  source: 'website', campaign: null, campaignName: null, pool: null, poolName: null, owner: me.id, ownerName: me.name, redirect: '', sites: '', keepDays: 365,
});

export function fromRecord({ record, version }: RecordAnswer): FormState {
  return {
    id: record.id, version, key: text(record.key), name: text(record.name), active: record.active === true, language: text(record.language) || 'visitor',
    title: both(record, 'title'), intro: both(record, 'intro'), thanks: both(record, 'thanks'), questions: questionsOf(record.form_fields),
    source: text(record.source) || null, campaign: text(record.campaign_id) || null, campaignName: text(record['campaign.name']) || null,
    pool: text(record.pool_id) || null, poolName: text(record['pool.name']) || null,
    owner: text(record.lead_owner_id) || null, ownerName: text(record['lead_owner.name']) || null, redirect: text(record.redirect), sites: text(record.sites),
    keepDays: typeof record.keep_days === 'number' ? record.keep_days : null,
  };
}

const pair = (name: string, label: Label): Values => ({ [name]: label.zh.trim() || null, [`${name}_en`]: label.en.trim() || null });

export const valuesOf = (state: FormState): Values => ({
  key: state.key.trim(),
  name: state.name.trim(),
  active: state.active,
  language: state.language,
  ...pair('title', state.title),
  ...pair('intro', state.intro),
  ...pair('thanks', state.thanks),
  form_fields: JSON.stringify(state.questions.map(({ field, required, label }) => ({
    field, required, ...(label.zh.trim() ? { label: label.zh.trim() } : {}), ...(label.en.trim() ? { label_en: label.en.trim() } : {}),
  }))),
  source: state.source,
  campaign_id: state.campaign,
  pool_id: state.pool,
  lead_owner_id: state.owner,
  redirect: state.redirect.trim() || null,
  sites: state.sites.trim() || null,
  keep_days: state.keepDays,
});

/** What the page of the form is drawn from, as the server would tell it. */
export function previewOf(state: FormState, fields: FieldMeta[], language: 'zh' | 'en', thanks: string): Values {
  const word = (label: Label) => (language === 'en' ? label.en || label.zh : label.zh || label.en);
  return {
    key: state.key, language, title: word(state.title), intro: word(state.intro), thanks: word(state.thanks) || thanks,
    fields: state.questions.flatMap((question) => {
      const field = fields.find((one) => one.name === question.field);
      if (!field) return [];
      const own = question.label.zh || question.label.en ? word(question.label) : word(field.label);
      const options = (field.options ?? []).filter((option) => option.active !== false).map((option) => ({ value: option.value, label: word(option.label) }));
      return [{ name: field.name, type: field.type, label: own, required: question.required || needed(field), length: field.length ?? null, ...(options.length > 0 ? { options } : {}) }];
    }),
  };
}

export const snippetOf = (address: string, title: string): string => `<iframe src="${address}" title="${title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}" style="width:100%;min-height:640px;border:0" loading="lazy"></iframe>`;

export function moved<T>(list: T[], at: number, by: number): T[] {
  const found = [...list];
  const [one] = found.splice(at, 1);
  if (one !== undefined) found.splice(at + by, 0, one);
  return found;
}
