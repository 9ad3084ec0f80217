import { DeleteOutlined, EditOutlined, StopOutlined } from '@ant-design/icons';
import { Alert, Button, Descriptions } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useNavigate } from 'react-router';
import { useChangeDefinitions, useDefinitionUses, useObjectDefinition, useObjectDefinitions } from '@/api/definitions';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { PageSkeleton } from '@/ui/states';
import { DeleteDialog } from './DeleteDialog';
import { ObjectDrawer } from './ObjectDrawer';
import { Uses } from './Steps';
import type { TabProps } from './tabs';
import { objectsTexts } from './texts';
import { useObjectNames } from './useWords';

const RelationMap = lazy(() => import('./RelationMap'));

/** What the object is, what it is connected with, and what uses it. */
export default function OverviewTab({ object }: TabProps) {
  const t = useTexts(objectsTexts);
  const c = useTexts(common);
  const label = useLabel();
  const format = useFormat();
  const names = useObjectNames();
  const navigate = useNavigate();
  const { done, failed, confirm } = useFeedback();
  const definition = useObjectDefinition(object);
  const listed = useObjectDefinitions().data?.objects.find((one) => one.name === object);
  const uses = useDefinitionUses(object).data?.object ?? [];
  const apply = useChangeDefinitions();
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  if (!definition.data) return <PageSkeleton />;
  const { body } = definition.data;
  const off = body.active === false;
  const toggle = async () => {
    const name = label(body.label);
    if (!off && !(await confirm({ title: t('offTitle', { name }), content: t('offHint'), ok: t('putOutOfUse'), cancel: c('cancel'), danger: true }))) return;
    apply.mutate({ changes: [{ object, body: { active: off ? null : false } }] }, { onSuccess: () => { done(t(off ? 'objectOn' : 'objectOff', { name })); }, onError: failed });
  };
  const sharing = body.sharing ?? 'private';
  return (
    <div className="object-overview">
      {off ? <Alert type="warning" showIcon className="objects-alert" title={t('offNow')} action={<Button size="small" onClick={() => void toggle()}>{t('putInUse')}</Button>} /> : null}
      <div className="overview-actions">
        <Button icon={<EditOutlined />} onClick={() => { setEditing(true); }}>{c('edit')}</Button>
        {off ? null : <Button icon={<StopOutlined />} onClick={() => void toggle()}>{t('putOutOfUse')}</Button>}
        <Button danger icon={<DeleteOutlined />} onClick={() => { setDeleting(true); }}>{c('delete')}</Button>
      </div>
      <Descriptions
        size="small"
        bordered
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'label', label: t('name'), children: `${body.label.zh} / ${body.label.en}` },
          { key: 'plural', label: t('plural'), children: `${body.plural.zh} / ${body.plural.en}` },
          { key: 'api', label: t('apiName'), children: <code className="objects-api">{object}</code> },
          { key: 'records', label: t('records'), children: listed ? `${format.number(listed.records)}${listed.records_capped ? '+' : ''}` : '—' },
          { key: 'nameField', label: t('nameField'), children: label(body.fields.find(({ name }) => name === body.name_field)?.label) || body.name_field },
          { key: 'belongs', label: t('belongs'), children: listed?.master ? t('detailOf', { name: names.object(listed.master) }) : t(body.owned === false ? 'noOwner' : 'ownRecords') },
          { key: 'sharing', label: t('sharing'), children: t(`sharing_${sharing}`) },
          { key: 'menu', label: t('menuPlace'), children: body.navigation === undefined ? t('notInMenu') : t('inMenu') },
          { key: 'activities', label: t('activities'), children: body.activities ? c('yes') : c('no') },
          { key: 'lockable', label: t('lockable'), children: body.lockable ? c('yes') : c('no') },
        ]}
      />
      <h3>{t('relations')}</h3>
      <Suspense fallback={<div className="relation-map" aria-busy="true" />}><RelationMap object={object} /></Suspense>
      <Uses uses={uses} title={t('usedIn')} />
      {editing ? <ObjectDrawer edited={{ name: object, body }} onClose={() => { setEditing(false); }} onSaved={() => undefined} /> : null}
      {deleting ? <DeleteDialog grave name={label(body.label)} change={{ object, body: null }} onClose={() => { setDeleting(false); }} onDeleted={() => void navigate('/settings/objects')} /> : null}
    </div>
  );
}
