import { CopyOutlined, PlusOutlined, SwapOutlined } from '@ant-design/icons';
import { Button, Skeleton, Table, Tag, type TableProps } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useHolders, useProfiles, type Profile } from '@/api/profiles';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import { NewProfileDialog } from './NewProfileDialog';
import { useProfileName } from './names';
import { profileTexts } from './texts';

/** All profiles: what they are for, how many people have each, and what can be done with them. */
export function ProfileList() {
  const t = useTexts(profileTexts);
  const label = useLabel();
  const format = useFormat();
  const navigate = useNavigate();
  const nameOf = useProfileName();
  const profiles = useProfiles();
  const holders = useHolders();
  const [making, setMaking] = useState<{ from?: Profile }>();
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  if (profiles.isError) return <ErrorState error={profiles.error} onRetry={() => void profiles.refetch()} />;
  const columns: TableProps<Profile>['columns'] = [
    {
      title: t('name'),
      render: (_, profile) => (
        <div className="profile-name">
          <Link to={profile.id}>{nameOf(profile)}</Link>
          {profile.administers ? <Tag color="blue">{t('administers')}</Tag> : null}
          {profile.preset ? <Tag>{t('preset')}</Tag> : null}
        </div>
      ),
    },
    { title: t('description'), responsive: ['md'], render: (_, { description, description_en: english }) => label({ zh: description ?? '', en: english ?? '' }) || '—' },
    { title: t('people'), align: 'right', width: 100, render: (_, { id }) => t('peopleCount', { n: format.number(holders.data?.get(id) ?? 0) }) },
    {
      key: 'copy',
      width: 56,
      render: (_, profile) => (
        <Button type="text" size="small" icon={<CopyOutlined />} title={t('copyOf', { name: nameOf(profile) })} aria-label={t('copyOf', { name: nameOf(profile) })} onClick={() => { setMaking({ from: profile }); }} />
      ),
    },
  ];
  return (
    <div className="profiles">
      <header className="profiles-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <div className="profiles-actions">
          <Button icon={<SwapOutlined />} onClick={() => void navigate('compare')}>{t('compare')}</Button>
          <Button type="primary" icon={<PlusOutlined />} onClick={() => { setMaking({}); }}>{t('newProfile')}</Button>
        </div>
      </header>
      {profiles.isPending
        ? <Skeleton active />
        : <Table<Profile> size="middle" rowKey="id" columns={columns} dataSource={profiles.data} pagination={false} />}
      {making ? <NewProfileDialog from={making.from} taken={(profiles.data ?? []).map(({ key }) => key)} onClose={() => { setMaking(undefined); }} onMade={(id) => void navigate(id)} /> : null}
    </div>
  );
}
