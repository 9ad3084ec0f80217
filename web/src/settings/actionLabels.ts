import { useModel } from '@/api/metadata';
import type { Action } from '@/api/types';
import { useLabel } from '@/i18n';

/** What an action of a profile is called: by the options of the field that holds them, so that there is one list. */
export function useActionLabel(): (action: Action) => string {
  const label = useLabel();
  const options = useModel().object('object_permission')?.field('actions')?.options ?? [];
  return (action) => label(options.find((option) => option.value === action)?.label) || action;
}
