import { Table } from 'antd';
import type { ObjectModel } from '@/api/metadata';
import { useProfiles, type Profile } from '@/api/profiles';
import { saidOf, type Said, type TypePermission } from '@/api/recordTypes';
import { useTexts } from '@/i18n';
import { useProfileName } from '../../profiles/names';
import { typeTexts } from './texts';

interface Props {
  object: ObjectModel;
  /** The name of the type; empty while it is new. */
  type: string;
  stored: TypePermission[] | undefined;
  /** What has been changed, by profile. */
  said: ReadonlyMap<string, Said>;
  onChange: (said: ReadonlyMap<string, Said>) => void;
}

/** By profile whether records of the type may be created, and whether it is the one that is chosen at first. */
export function ProfilesTable({ type, stored, said, onChange }: Props) {
  const t = useTexts(typeTexts);
  const profileName = useProfileName();
  const profiles = (useProfiles().data ?? []).filter(({ administers }) => !administers);
  const of = (profile: Profile): Said => said.get(profile.id) ?? saidOf(stored ?? [], type, profile.id);
  const set = (profile: Profile, part: Partial<Said>) => { onChange(new Map(said).set(profile.id, { ...of(profile), ...part })); };
  return (
    <section className="types-part">
      <h3>{t('profiles')}</h3>
      <p className="types-intro">{t('profilesHint')}</p>
      <Table<Profile>
        size="small"
        rowKey="id"
        pagination={false}
        loading={stored === undefined}
        dataSource={profiles}
        columns={[
          { key: 'profile', title: t('profile'), render: (_, profile) => profileName(profile) },
          {
            key: 'may', title: t('mayCreate'), width: 110,
            render: (_, profile) => <input type="checkbox" aria-label={t('mayCreateOf', { profile: profileName(profile) })} checked={of(profile).may_create} onChange={(event) => { set(profile, { may_create: event.target.checked, ...(event.target.checked ? {} : { preselected: false }) }); }} />,
          },
          {
            key: 'chosen', title: t('preselected'), width: 110,
            render: (_, profile) => <input type="checkbox" aria-label={t('preselectedOf', { profile: profileName(profile) })} checked={of(profile).preselected} disabled={!of(profile).may_create} onChange={(event) => { set(profile, { preselected: event.target.checked }); }} />,
          },
        ]}
      />
    </section>
  );
}
