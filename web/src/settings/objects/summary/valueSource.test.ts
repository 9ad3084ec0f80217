import { describe, expect, it } from 'vitest';
import type { FieldBody } from '@/api/definitions';
import { sourceOf, sourcesOf, withSource } from './valueSource';

const field: FieldBody = { name: 'total', type: 'currency', label: { zh: '合计', en: 'Total' }, required: true, minimum: 0, indexed: true };

describe('where a value comes from', () => {
  it('depends on the type', () => {
    expect(sourcesOf('currency')).toEqual(['written', 'summary', 'formula']);
    expect(sourcesOf('text')).toEqual(['written', 'formula']);
    expect(sourcesOf('lookup')).toEqual(['written']);
  });

  it('leaves a calculated field without the settings of a written one', () => {
    const rolled = withSource(field, 'summary');
    expect(rolled).toEqual({ name: 'total', type: 'currency', label: field.label, indexed: true, tracked: false, summary: { object: '', field: '', function: 'count' } });
    expect(sourceOf(rolled)).toBe('summary');
    expect(sourceOf(withSource(rolled, 'formula'))).toBe('formula');
    expect(sourceOf(withSource(rolled, 'written'))).toBe('written');
  });
});
