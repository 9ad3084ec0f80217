import { describe, expect, it } from 'vitest';
import type { FieldMeta } from '@/api/types';
import { fromRecord, moved, newForm, previewOf, snippetOf, valuesOf } from './form';

const field = (name: string, more: Partial<FieldMeta> = {}): FieldMeta => ({ name, type: 'text', label: { zh: `${name}中`, en: `${name} en` }, access: 'edit', operators: [], ...more });
const FIELDS = [field('name', { required: true }), field('need', { type: 'long_text' })];

describe('a web form', () => {
  it('starts with what a lead needs', () => {
    const made = newForm({ id: '1', name: '甲' }, FIELDS);
    expect(made.questions.map(({ field: name, required }) => [name, required])).toEqual([['name', true], ['need', false]]);
  });
  it('is stored as it was read', () => {
    const state = { ...newForm({ id: '1', name: '甲' }, FIELDS), key: 'contact', name: '联系', sites: 'https://a.example', keepDays: 30 };
    const answer = { record: { id: '9', version: 3, ...valuesOf(state), 'lead_owner.name': '甲' }, version: 3, can: {} as never, editable_fields: [] };
    expect(fromRecord(answer as never)).toEqual({ ...state, id: '9', version: 3 });
  });
  it('is previewed in its own words, else in those of the fields', () => {
    const state = { ...newForm({ id: '1', name: '甲' }, FIELDS), questions: [{ field: 'name', required: false, label: { zh: '您的姓名', en: '' } }, { field: 'need', required: false, label: { zh: '', en: '' } }] };
    const drawn = previewOf(state, FIELDS, 'en', 'Thanks') as { fields: { label: string; required: boolean }[] };
    expect(drawn.fields.map(({ label, required }) => [label, required])).toEqual([['您的姓名', true], ['need en', false]]);
  });
  it('cannot break out of its snippet', () => {
    expect(snippetOf('https://x/forms/a', '"><script>')).toContain('title="&quot;>&lt;script>"');
  });
  it('changes the order of its questions', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
  });
});
