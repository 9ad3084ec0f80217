import type { ObjectModel } from '@/api/metadata';
import type { Option, Values } from '@/api/types';
import { outcomeOf } from '@/records/stages';

/** The stage by which a document keeps its lines: it is won, or the stage says so. Undefined where they may change. */
export function frozenStage(object: Pick<ObjectModel, 'field' | 'stage_field'>, record: Values): Option | undefined {
  const stage = object.field(object.stage_field ?? '');
  const option = stage?.options?.find((one) => one.value === record[stage.name]);
  return option && (outcomeOf(option) === 'won' || option.attributes?.frozen === true) ? option : undefined;
}
