import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tabs, Tag } from 'antd';
import { useState } from 'react';
import type { Dimension } from '@/api/dimensions';
import { useDeleteRecord, useUpdateRecord } from '@/api/records';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { DimensionDialog } from './DimensionDialog';
import { NodesTab } from './NodesTab';
import { ObjectsTab } from './ObjectsTab';
import { RolesTab } from './RolesTab';
import { dimensionTexts } from './texts';

/** One dimension: its tree of values, the objects under its control, the scopes of roles. */
export function DimensionCard({ dimension, name }: { dimension: Dimension; name: string }) {
  const t = useTexts(dimensionTexts);
  const c = useTexts(common);
  const { done, failed, confirm } = useFeedback();
  const [editing, setEditing] = useState(false);
  const update = useUpdateRecord('dimension');
  const remove = useDeleteRecord('dimension');
  const acts: Record<string, () => void> = {
    edit: () => { setEditing(true); },
    switch: () => {
      update.mutate({ id: dimension.id, values: { active: !dimension.active } }, { onSuccess: () => { done(t('saved')); }, onError: failed });
    },
    remove: () => {
      void confirm({ title: t('removeAsk', { name }), ok: t('remove'), cancel: c('cancel'), danger: true }).then((ok) => {
        if (ok) remove.mutate(dimension.id, { onSuccess: () => { done(t('removed')); }, onError: failed });
      });
    },
  };
  const items = [
    { key: 'edit', label: t('edit') },
    { key: 'switch', label: dimension.active ? t('switchOff') : t('switchOn') },
    { key: 'remove', label: t('remove'), danger: true },
  ];
  return (
    <section className="dims-card">
      <div className="dims-card-head">
        <h2>{name}{dimension.active ? null : <Tag>{t('off')}</Tag>}</h2>
        <Dropdown trigger={['click']} placement="bottomRight" menu={{ items, onClick: ({ key }) => acts[key]?.() }}>
          <Button type="text" icon={<EllipsisOutlined />} aria-label={t('actions', { name })} />
        </Dropdown>
      </div>
      <Tabs
        items={[
          { key: 'values', label: t('values'), children: <NodesTab dimension={dimension} /> },
          { key: 'objects', label: t('objects'), children: <ObjectsTab dimension={dimension} name={name} /> },
          { key: 'roles', label: t('roles'), children: <RolesTab dimension={dimension} /> },
        ]}
      />
      {editing ? <DimensionDialog dimension={dimension} onClose={() => { setEditing(false); }} /> : null}
    </section>
  );
}
