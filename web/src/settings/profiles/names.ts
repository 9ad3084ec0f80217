import type { Profile } from '@/api/profiles';
import { useLabel } from '@/i18n';

/** What a profile is called in the reader's language. */
export function useProfileName(): (profile: Pick<Profile, 'name' | 'name_en'>) => string {
  const label = useLabel();
  return ({ name, name_en: english }) => label({ zh: name, en: english ?? name });
}
