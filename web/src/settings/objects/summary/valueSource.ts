/** Where the value of a field comes from, and what that leaves of its settings. */
import type { FieldBody } from '@/api/definitions';
import type { FieldType } from '@/api/types';

export type Source = 'written' | 'summary' | 'formula';

const SUMMED = new Set<FieldType>(['integer', 'decimal', 'currency', 'percent', 'date', 'datetime']);
const COMPUTED = new Set<FieldType>(['text', 'long_text', 'email', 'phone', 'url', 'integer', 'decimal', 'currency', 'percent', 'date', 'datetime', 'boolean', 'select']);

/** Settings of what somebody writes; a calculated value has none of them. */
export const WRITTEN = ['required', 'unique', 'searchable', 'default', 'default_formula', 'length', 'minimum', 'maximum'] as const;

export const sourceOf = (field: Pick<FieldBody, 'summary' | 'formula'>): Source =>
  field.summary ? 'summary' : field.formula !== undefined ? 'formula' : 'written';

export const sourcesOf = (type: FieldType): Source[] => [
  'written',
  ...(SUMMED.has(type) ? (['summary'] as const) : []),
  ...(COMPUTED.has(type) ? (['formula'] as const) : []),
];

/** The field with its value from elsewhere, without the settings that this one has not. */
export function withSource(field: FieldBody, source: Source): FieldBody {
  const next: FieldBody = { ...field };
  delete next.summary;
  delete next.formula;
  if (source === 'written') return next;
  for (const setting of WRITTEN) Reflect.deleteProperty(next, setting);
  if (source === 'formula') return { ...next, formula: '' };
  // Its children's own history tells why a roll-up moves.
  return { ...next, tracked: false, summary: { object: '', field: '', function: 'count' } };
}
