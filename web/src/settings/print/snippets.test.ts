import { describe, expect, it } from 'vitest';
import type { FieldMeta } from '@/api/types';
import { conditionSnippet, fieldSnippet, formatsOf, freeKey, inserted } from './snippets';

const field = (name: string, type: FieldMeta['type']): FieldMeta => ({ name, type, label: { zh: name, en: name }, access: 'edit', operators: [] });

describe('what the editor inserts', () => {
  it('walks lookups by their step and writes formats', () => {
    expect(fieldSnippet('record', 'account_id', field('account_id', 'lookup'), 'none')).toBe('{{ record.account }}');
    expect(fieldSnippet('record', 'account.owner_id', field('owner_id', 'user'), 'none')).toBe('{{ record.account.owner }}');
    expect(fieldSnippet('record', 'amount', field('amount', 'currency'), 'capitals')).toBe('{{ record.amount | capitals }}');
    expect(conditionSnippet('next_step', field('next_step', 'text'))).toBe('{% if record.next_step %}{{ record.next_step }}{% endif %}');
  });
  it('offers formats only where they mean something', () => {
    expect(formatsOf(field('amount', 'currency'))).toEqual(['none', 'money', 'capitals']);
    expect(formatsOf(field('close_date', 'date'))).toEqual(['none', 'date', 'chinese']);
    expect(formatsOf(field('name', 'text'))).toEqual(['none']);
  });
  it('puts a text where the caret is', () => {
    expect(inserted('abcd', 1, 3, 'XY')).toEqual({ text: 'aXYd', caret: 3 });
  });
  it('finds a free key', () => {
    expect(freeKey('account', ['account.print_1'])).toBe('account.print_2');
  });
});
