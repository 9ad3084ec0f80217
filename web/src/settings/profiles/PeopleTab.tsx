import { PlusOutlined, UserDeleteOutlined } from '@ant-design/icons';
import { Button, Modal, Table, Tag, type TableProps } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { BatchBody } from '@/api/batch';
import type { Profile } from '@/api/profiles';
import { useRecords } from '@/api/query';
import { useDeleteRecord, useRestoreRecord } from '@/api/records';
import { useBatches } from '@/api/simulation';
import type { Row } from '@/api/types';
import { LookupPicker } from '@/fields';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState } from '@/ui/states';
import { SimulationDialog } from '../simulation';
import { profileTexts } from './texts';

interface Holder extends Row {
  user_id: string;
  'user.name': string | null;
  'user.department.name': string | null;
  'user.active': boolean | null;
}

const PAGE = 500;

/** Who has the profile, and more of them. */
export function PeopleTab({ profile }: { profile: Profile }) {
  const t = useTexts(profileTexts);
  const { done, failed } = useFeedback();
  const [adding, setAdding] = useState(false);
  const remove = useDeleteRecord('user_profile');
  const restore = useRestoreRecord('user_profile');
  const found = useRecords<Holder>({
    object: 'user_profile',
    fields: ['id', 'user_id', 'user.name', 'user.department.name', 'user.active'],
    filter: { field: 'profile_id', op: '=', value: profile.id },
    order: [{ field: 'user.name' }],
    limit: PAGE,
  });
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const takeAway = async (holder: Holder) => {
    try {
      await remove.mutateAsync(holder.id);
      done(t('removed', { name: holder['user.name'] ?? '' }), () => { restore.mutate(holder.id, { onError: failed }); });
    } catch (error) {
      failed(error);
    }
  };
  const columns: TableProps<Holder>['columns'] = [
    {
      title: t('person'),
      render: (_, holder) => (
        <>
          <Link to={`/o/user/${holder.user_id}`}>{holder['user.name']}</Link>
          {holder['user.active'] === false ? <Tag className="people-off">{t('inactive')}</Tag> : null}
        </>
      ),
    },
    { title: t('department'), render: (_, holder) => holder['user.department.name'] ?? '—' },
    {
      key: 'remove',
      width: 56,
      render: (_, holder) => {
        const label = t('removeOf', { name: holder['user.name'] ?? '' });
        return <Button type="text" size="small" icon={<UserDeleteOutlined />} title={label} aria-label={label} onClick={() => void takeAway(holder)} />;
      },
    },
  ];
  const rows = found.data?.rows ?? [];
  return (
    <>
      <div className="people-tools">
        <Button icon={<PlusOutlined />} onClick={() => { setAdding(true); }}>{t('addPeople')}</Button>
      </div>
      {found.data && rows.length === 0
        ? <EmptyState title={t('noPeople')} />
        : <Table<Holder> size="small" rowKey="id" loading={found.isPending} columns={columns} dataSource={rows} pagination={rows.length > 20 ? { pageSize: 20, showSizeChanger: false } : false} />}
      {adding ? <AddDialog profile={profile} held={rows.map((row) => row.user_id)} onClose={() => { setAdding(false); }} /> : null}
    </>
  );
}

function AddDialog({ profile, held, onClose }: { profile: Profile; held: string[]; onClose: () => void }) {
  const t = useTexts(profileTexts);
  const { done, failed } = useFeedback();
  const saving = useBatches();
  const [chosen, setChosen] = useState<string[]>([]);
  const [preview, setPreview] = useState(false);
  const added = chosen.filter((id) => !held.includes(id));
  const batches: BatchBody[] = [{ object: 'user_profile', action: 'create', rows: added.map((id) => ({ values: { user_id: id, profile_id: profile.id } })) }];
  const save = () => {
    saving.mutate(batches, { onSuccess: () => { done(t('added', { n: added.length })); onClose(); }, onError: failed });
  };
  return (
    <>
      <Modal
        open
        title={t('addPeople')}
        onCancel={onClose}
        footer={(buttons) => (
          <>
            <Button disabled={added.length === 0} onClick={() => { setPreview(true); }}>{t('preview')}</Button>
            {buttons}
          </>
        )}
        okText={t('save')}
        okButtonProps={{ disabled: added.length === 0, loading: saving.isPending }}
        onOk={save}
      >
        <p>{t('addPeopleHint')}</p>
        <LookupPicker object="user" multiple autoFocus label={t('addPeopleHint')} value={chosen} onChange={setChosen} />
      </Modal>
      {preview ? <SimulationDialog batches={batches} saving={saving.isPending} onSave={save} onClose={() => { setPreview(false); }} /> : null}
    </>
  );
}
