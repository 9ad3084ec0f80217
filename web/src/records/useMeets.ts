import { useCallback } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { useSession } from '@/api/session';
import type { FilterJson, Values } from '@/api/types';
import { useSettings } from '@/i18n';
import { meets } from './condition';

export type Meets = (condition: FilterJson, values: Values) => boolean;

/** Decides the conditions of an object's layout for who is here. */
export function useMeets(object: ObjectModel): Meets {
  const me = useSession().data?.user.id ?? '';
  const { timezone } = useSettings();
  return useCallback((condition, values) => meets(condition, values, { field: object.field, me, timezone }), [object, me, timezone]);
}
