import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { missingFor } from './missing';

const fields: Record<string, Partial<FieldMeta>> = { amount: { name: 'amount', access: 'edit' }, budget: { name: 'budget', access: 'read' } };
const deal = { field: (name: string) => fields[name] as FieldMeta | undefined } as ObjectModel;
const refused = (...problems: [string, string][]) => new ApiError(422, { problems: problems.map(([code, field]) => ({ code, field, detail: '' })) });

describe('what a stage needs', () => {
  it('is asked for where it is all that is wrong', () => {
    expect(missingFor(deal, refused(['stage.field_required', 'amount']))?.map((field) => field.name)).toEqual(['amount']);
  });
  it('is an error where something else is wrong, or the person may not fill it in', () => {
    expect(missingFor(deal, refused(['stage.field_required', 'amount'], ['stage.task_open', 'stage']))).toBeUndefined();
    expect(missingFor(deal, refused(['stage.field_required', 'budget']))).toBeUndefined();
    expect(missingFor(deal, new Error('x'))).toBeUndefined();
  });
});
