import { Segmented, Skeleton } from 'antd';
import { useProfiles } from '@/api/profiles';
import { useTexts } from '@/i18n';
import { useProfileName } from '../profiles/names';
import { objectsTexts } from './texts';

export type Levels = Record<string, 'hidden' | 'read' | 'edit'>;

/** What each profile may do with a new field; whoever may edit the object may edit it, unless it is said here. */
export function ProfileLevels({ value, onChange }: { value: Levels; onChange: (value: Levels) => void }) {
  const t = useTexts(objectsTexts);
  const nameOf = useProfileName();
  const profiles = useProfiles();
  if (!profiles.data) return <Skeleton active />;
  return (
    <ul className="plain-list profile-levels">
      {profiles.data.filter(({ administers }) => !administers).map((profile) => (
        <li key={profile.id}>
          <span>{nameOf(profile)}</span>
          <Segmented<Levels[string]>
            size="small"
            aria-label={nameOf(profile)}
            value={value[profile.id] ?? 'edit'}
            options={(['edit', 'read', 'hidden'] as const).map((level) => ({ value: level, label: t(`level_${level}`) }))}
            onChange={(level) => { onChange({ ...value, [profile.id]: level }); }}
          />
        </li>
      ))}
    </ul>
  );
}
