import { DesktopOutlined, MobileOutlined } from '@ant-design/icons';
import { Alert, Segmented, Select } from 'antd';
import { useState } from 'react';
import { RECORD_TYPE, typesOf } from '@/api/arrangement';
import { useObjectDefinition } from '@/api/definitions';
import type { Arranged } from '@/api/layouts';
import { useModel, type ObjectModel } from '@/api/metadata';
import { usePermissions, useProfiles, type Permissions, type Profile } from '@/api/profiles';
import { useRecords } from '@/api/query';
import { useRecord } from '@/api/records';
import { LookupPicker } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { FormPreview } from '@/records/form';
import { RecordPreview } from '@/records/record';
import { EmptyState } from '@/ui/states';
import { useProfileName } from '../../profiles/names';
import { toMeta, type LayoutDraft } from './draft';
import { Frame } from './Frame';
import { asSeenBy, layoutNameFor } from './seen';
import { layoutTexts } from './texts';

interface Props {
  object: ObjectModel;
  draft: LayoutDraft;
  name: string | null;
}

const WIDTHS = { desktop: 1080, phone: 390 };

/** How the layout looks with a real record: on a desktop or a phone, as a page or a form, for a profile and a type. */
export function Preview({ object, draft, name }: Props) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const model = useModel();
  const profileName = useProfileName();
  const definition = useObjectDefinition(object.name).data?.body as Arranged | undefined;
  const own = definition?.layouts?.find((one) => one.name === name);
  const [device, setDevice] = useState<'desktop' | 'phone'>('desktop');
  const [view, setView] = useState<'page' | 'form'>('page');
  const profiles = useProfiles().data ?? [];
  const first = profiles.find(({ key }) => own?.for?.profiles?.includes(key)) ?? profiles.find(({ administers }) => !administers);
  const [chosen, setChosen] = useState<string>();
  const profile = profiles.find(({ id }) => id === (chosen ?? first?.id));
  const [type, setType] = useState(own?.for?.record_types?.[0]);
  const newest = useRecords({ object: object.name, fields: [object.name_field], order: [{ field: 'id', descending: true }], limit: 1 });
  const ofType = useRecords({ object: object.name, fields: [object.name_field], ...(type ? { filter: { field: RECORD_TYPE, op: '=', value: type } } : {}), order: [{ field: 'id', descending: true }], limit: 1 });
  const [picked, setPicked] = useState<string>();
  // Before there is a record of the type, another stands in for it.
  const id = picked ?? (ofType.isPending ? undefined : (ofType.data?.rows[0] ?? newest.data?.rows[0])?.id);
  const record = useRecord(object.name, id);
  const parts = (related: { object: string; field: string }) => {
    const link = model.object(related.object)?.field(related.field);
    return link?.type === 'master_detail';
  };
  const shown = toMeta(draft, name !== null, parts);
  const drawn = { ...object, layout: shown, layouts: [] };
  const values = record.data ? { ...record.data.record, ...(type ? { [RECORD_TYPE]: type } : {}) } : undefined;
  const recordType = (values?.[RECORD_TYPE] ?? type) as string | undefined;
  const applies = profile ? layoutNameFor(definition, profile.key, recordType) : name;
  const usual = definition?.layouts?.find((one) => one.name === applies);
  return (
    <aside className="layout-preview" aria-label={t('preview')}>
      <div className="layout-preview-tools">
        <Segmented size="small" aria-label={t('preview')} value={device} options={[{ value: 'desktop', icon: <DesktopOutlined />, title: t('desktop') }, { value: 'phone', icon: <MobileOutlined />, title: t('phone') }]} onChange={setDevice} />
        <Segmented size="small" value={view} options={[{ value: 'page', label: t('page') }, { value: 'form', label: t('form') }]} onChange={setView} />
        <Select size="small" aria-label={t('asProfile')} title={t('asProfile')} value={profile?.id} options={profiles.map((one) => ({ value: one.id, label: profileName(one) }))} popupMatchSelectWidth={false} onChange={setChosen} />
        {typesOf(object).length > 0 ? (
          <Select size="small" allowClear aria-label={t('asType')} placeholder={t('asType')} value={type} popupMatchSelectWidth={false} options={typesOf(object).map((one) => ({ value: one.name, label: label(one.label) }))} onChange={(next: string | undefined) => { setType(next); setPicked(undefined); }} />
        ) : null}
        <div className="layout-preview-record"><LookupPicker object={object.name} size="small" label={t('withRecord')} placeholder={t('withRecord')} value={id ? [id] : []} onChange={(ids) => { setPicked(ids[0]); }} /></div>
      </div>
      {profile && applies !== name ? <Alert type="info" showIcon banner message={t('otherLayout', { name: usual ? label(usual.label) : t('defaultLayout') })} /> : null}
      {!values && !newest.isPending && view === 'page' ? <EmptyState title={t('noRecord')} /> : null}
      {profile ? (
        <Seen object={drawn} profile={profile}>
          {(seen) => (
            <Frame key={device} title={t('preview')} width={WIDTHS[device]} phone={device === 'phone'}>
              {view === 'form' ? <FormPreview key={`${id ?? ''}${recordType ?? ''}`} object={seen} values={values ?? (recordType ? { [RECORD_TYPE]: recordType } : {})} fresh={!values} />
                : values && record.data ? <RecordPreview object={seen} answer={{ ...record.data, record: values as typeof record.data.record }} /> : null}
            </Frame>
          )}
        </Seen>
      ) : null}
    </aside>
  );
}

/** The object as people with the profile see it. */
function Seen({ object, profile, children }: { object: ObjectModel; profile: Profile; children: (seen: ObjectModel) => React.ReactNode }) {
  const permissions = usePermissions(profile.id).data as Permissions | undefined;
  return permissions ? children(asSeenBy(object, profile.administers, permissions)) : null;
}
