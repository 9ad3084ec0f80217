import { CopyOutlined, EditOutlined, SwapOutlined } from '@ant-design/icons';
import { Alert, Button, Result, Tabs, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useHolders, usePermissions, useProfiles, type Profile } from '@/api/profiles';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { MatrixEditor } from './MatrixEditor';
import { useProfileName } from './names';
import { NewProfileDialog } from './NewProfileDialog';
import { PeopleTab } from './PeopleTab';
import { profileTexts } from './texts';

/** One profile: everything that it allows at a glance, and who has it. */
export function MatrixPage() {
  const c = useTexts(common);
  const { id = '' } = useParams();
  const profiles = useProfiles();
  if (profiles.isError) return <ErrorState error={profiles.error} onRetry={() => void profiles.refetch()} />;
  if (profiles.isPending) return <PageSkeleton />;
  const profile = profiles.data.find((one) => one.id === id);
  if (!profile) return <Result status="404" title={c('notFound')} subTitle={c('notFoundHint')} />;
  return <OneProfile key={id} profile={profile} taken={profiles.data.map(({ key }) => key)} />;
}

function OneProfile({ profile, taken }: { profile: Profile; taken: string[] }) {
  const t = useTexts(profileTexts);
  const label = useLabel();
  const format = useFormat();
  const navigate = useNavigate();
  const openForm = useOpenForm();
  const name = useProfileName()(profile);
  const holders = useHolders();
  const permissions = usePermissions(profile.id);
  const [copying, setCopying] = useState(false);
  useEffect(() => {
    document.title = `${name} · Dougong`;
  }, [name]);
  const matrix = profile.administers
    ? <Alert type="info" showIcon title={t('administersHint')} />
    : permissions.isError
      ? <ErrorState error={permissions.error} onRetry={() => void permissions.refetch()} />
      : permissions.isPending ? <PageSkeleton /> : <MatrixEditor profile={profile} stored={permissions.data} />;
  const people = holders.data?.get(profile.id) ?? 0;
  return (
    <div className="profiles">
      <header className="profiles-head">
        <div>
          <h1 className="profile-name">
            {name}
            {profile.administers ? <Tag color="blue">{t('administers')}</Tag> : null}
            {profile.preset ? <Tag>{t('preset')}</Tag> : null}
          </h1>
          {profile.description ? <p>{label({ zh: profile.description, en: profile.description_en ?? '' })}</p> : null}
        </div>
        <div className="profiles-actions">
          <Button icon={<EditOutlined />} onClick={() => { openForm({ object: 'profile', id: profile.id }); }}>{t('edit')}</Button>
          <Button icon={<SwapOutlined />} onClick={() => void navigate(`../compare?a=${profile.id}`, { relative: 'path' })}>{t('compareWith')}</Button>
          <Button icon={<CopyOutlined />} onClick={() => { setCopying(true); }}>{t('copy')}</Button>
        </div>
      </header>
      <Tabs
        items={[
          { key: 'matrix', label: t('matrix'), children: matrix },
          { key: 'people', label: `${t('people')} · ${format.number(people)}`, children: <PeopleTab profile={profile} /> },
        ]}
      />
      {copying ? <NewProfileDialog from={profile} taken={taken} onClose={() => { setCopying(false); }} onMade={(made) => void navigate(`../${made}`, { relative: 'path' })} /> : null}
    </div>
  );
}
