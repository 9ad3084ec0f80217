/** Whether a refused move can be mended by filling in fields: then they are asked for, instead of telling an error. */
import { isApiError } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';

export const REQUIRED = 'stage.field_required';

/** The fields that a stage needs; undefined where something else is wrong, too, or one of them is not this person's to fill in. */
export function missingFor(object: ObjectModel, error: unknown): FieldMeta[] | undefined {
  if (!isApiError(error) || error.problems.length === 0) return undefined;
  if (error.problems.some((problem) => problem.code !== REQUIRED)) return undefined;
  const fields = error.problems.map((problem) => object.field(problem.field ?? ''));
  return fields.every((field): field is FieldMeta => field !== undefined && field.access === 'edit' && !field.system) ? fields : undefined;
}
