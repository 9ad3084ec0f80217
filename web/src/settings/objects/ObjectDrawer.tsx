import { Alert, Button, Checkbox, Drawer, Flex, Form, Input, Radio, Segmented, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { proposeName, tryChanges, useChangeDefinitions, useObjectDefinitions, type Changes, type ChangesAnswer, type ObjectBody } from '@/api/definitions';
import { useModel } from '@/api/metadata';
import { useProfiles } from '@/api/profiles';
import type { Label } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ICON_NAMES, ObjectIcon } from '@/ui/objectIcon';
import { useIsPhone } from '@/ui/useViewport';
import { useProfileName } from '../profiles/names';
import { BLANK, isBlankLabel, wholeLabel } from './fieldBody';
import { LabelInput } from './LabelInput';
import { NOT_IN_MENU, newObject, type NewObject, type Rights } from './newObject';
import { Notes, Problems } from './Steps';
import { objectsTexts } from './texts';

interface Props {
  /** None: a new object. */
  edited?: { name: string; body: ObjectBody };
  onClose: () => void;
  onSaved: (name: string) => void;
}

const NAMING = new Set(['text', 'auto_number', 'email', 'phone']);

/** An object's own settings; of a new one also what its records are called by and who may work with them. */
export function ObjectDrawer({ edited, onClose, onSaved }: Props) {
  const t = useTexts(objectsTexts);
  const c = useTexts(common);
  const label = useLabel();
  const phone = useIsPhone();
  const model = useModel();
  const listed = useObjectDefinitions().data?.objects ?? [];
  const { done, failed } = useFeedback();
  const apply = useChangeDefinitions();
  const body = edited?.body;
  const [open, setOpen] = useState(true);
  const [name, setName] = useState(edited?.name ?? '');
  const [named, setNamed] = useState(edited !== undefined);
  const [title, setTitle] = useState<Label>(body?.label ?? BLANK);
  const [plural, setPlural] = useState<Label>(body?.plural ?? BLANK);
  const [icon, setIcon] = useState(body?.icon ?? 'AppstoreOutlined');
  const [navigation, setNavigation] = useState(edited ? (body?.navigation ?? NOT_IN_MENU) : nextPlace(listed.map((one) => one.navigation)));
  const [state, setState] = useState<Pick<NewObject, 'naming' | 'nameLabel' | 'format' | 'master' | 'sharing' | 'activities' | 'lockable'>>({
    naming: 'text', nameLabel: { zh: '名称', en: 'Name' }, format: '{yyyy}{mm}-{0000}', master: undefined, sharing: 'private', activities: body?.activities === true || !edited, lockable: body?.lockable === true,
  });
  const [parts, setParts] = useState({ name_field: body?.name_field, stage_field: body?.stage_field, amount_field: body?.amount_field });
  const [rights, setRights] = useState<Record<string, Rights>>({});
  const [tried, setTried] = useState<ChangesAnswer>();
  const [missing, setMissing] = useState<string>();
  const [checking, setChecking] = useState(false);
  const touch = <T,>(set: (value: T) => void) => (value: T) => {
    set(value);
    setTried(undefined);
    setMissing(undefined);
  };
  const change = (part: Partial<typeof state>) => { touch(setState)({ ...state, ...part }); };
  const propose = () => {
    if (named || isBlankLabel(title)) return;
    proposeName(title).then(setName, failed);
  };
  const asked = (): Changes => {
    const settings = {
      label: wholeLabel(title), plural: wholeLabel(isBlankLabel(plural) ? title : plural), icon,
      navigation: navigation === NOT_IN_MENU ? null : navigation, activities: state.activities || null, lockable: state.lockable || null,
    };
    if (!edited) return newObject({ ...state, name, settings, rights });
    return { changes: [{ object: edited.name, body: { ...settings, name_field: parts.name_field, stage_field: parts.stage_field ?? null, amount_field: parts.amount_field ?? null } }] };
  };
  const submit = async () => {
    const wrong = isBlankLabel(title) ? t('labelNeeded') : name.trim() === '' ? t('apiNeeded') : !edited && listed.some((one) => one.name === name) ? t('nameTaken', { name }) : undefined;
    setMissing(wrong);
    if (wrong) return;
    setChecking(true);
    try {
      const changes = asked();
      if (!tried) {
        const answer = await tryChanges(changes);
        if (answer.problems.length > 0 || answer.steps.some(({ risky, notes }) => risky || notes.length > 0)) {
          setTried(answer);
          return;
        }
      }
      await apply.mutateAsync(changes);
      done(t('objectSaved', { name: label(wholeLabel(title)) }));
      setOpen(false);
      onSaved(name);
    } catch (error) {
      failed(error);
    } finally {
      setChecking(false);
    }
  };
  const refused = (tried?.problems.length ?? 0) > 0;
  const fieldsOf = (types: Set<string>) => (body?.fields ?? []).filter(({ type, active }) => types.has(type) && active !== false).map((one) => ({ value: one.name, label: label(one.label) }));
  const places = [
    { value: NOT_IN_MENU, label: t('notInMenu') },
    ...listed.filter((one) => one.navigation !== null && one.name !== edited?.name).map((one) => ({ value: (one.navigation ?? 0) + 1, label: t('afterObject', { name: label(one.plural) }) })),
  ];
  if (edited && body?.navigation !== undefined && !places.some(({ value }) => value === body.navigation)) places.push({ value: body.navigation, label: t('asNow') });
  if (!edited && !places.some(({ value }) => value === navigation)) places.push({ value: navigation, label: t('atTheEnd') });
  return (
    <Drawer
      open={open}
      onClose={() => { setOpen(false); }}
      afterOpenChange={(shown) => { if (!shown) onClose(); }}
      title={edited ? t('editObject', { name: label(edited.body.label) }) : t('newObject')}
      size={phone ? '100%' : 620}
      footer={
        <Flex justify="flex-end" gap={8}>
          <Button onClick={() => { setOpen(false); }}>{c('cancel')}</Button>
          <Button type="primary" danger={Boolean(tried) && !refused} disabled={refused} loading={checking || apply.isPending} onClick={() => void submit()}>{tried && !refused ? t('saveAnyway') : edited ? c('save') : t('create')}</Button>
        </Flex>
      }
    >
      <div onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(); }}>
        {missing ? <Alert type="error" showIcon className="objects-alert" title={missing} /> : null}
        {tried ? <><Problems problems={tried.problems} /><Notes steps={tried.steps} /></> : null}
        <Form layout="vertical" component="div" className="field-form">
          <Form.Item label={t('name')} htmlFor="object-label" required extra={edited ? undefined : t('objectNameHint')}>
            <LabelInput id="object-label" name={t('name')} value={title} onChange={touch(setTitle)} onBlur={propose} autoFocus={!edited} />
          </Form.Item>
          <Form.Item label={t('plural')} htmlFor="object-plural" extra={t('pluralHint')}>
            <LabelInput id="object-plural" name={t('plural')} value={plural} onChange={touch(setPlural)} />
          </Form.Item>
          <Form.Item label={t('apiName')} htmlFor="object-name" extra={edited ? undefined : t('apiHint')}>
            <Input id="object-name" value={name} disabled={Boolean(edited)} maxLength={48} onChange={(event) => { setNamed(event.target.value !== ''); touch(setName)(event.target.value); }} />
          </Form.Item>
          <Form.Item label={t('icon')}>
            <div className="icon-picker" role="radiogroup" aria-label={t('icon')}>
              {ICON_NAMES.map((one) => (
                <button key={one} type="button" role="radio" aria-checked={one === icon} aria-label={one.replace('Outlined', '')} onClick={() => { touch(setIcon)(one); }}><ObjectIcon icon={one} /></button>
              ))}
            </div>
          </Form.Item>
          <Form.Item label={t('menuPlace')} htmlFor="object-place">
            <Select id="object-place" value={navigation} options={places} onChange={touch(setNavigation)} />
          </Form.Item>
          {edited ? (
            <div className="type-settings">
              <Form.Item label={t('nameField')} htmlFor="object-name-field"><Select id="object-name-field" value={parts.name_field} options={fieldsOf(NAMING)} onChange={(value) => { touch(setParts)({ ...parts, name_field: value }); }} /></Form.Item>
              <Form.Item label={t('stageField')} htmlFor="object-stage"><Select id="object-stage" allowClear placeholder="—" value={parts.stage_field} options={fieldsOf(new Set(['select']))} onChange={(value: string | undefined) => { touch(setParts)({ ...parts, stage_field: value }); }} /></Form.Item>
              <Form.Item label={t('amountField')} htmlFor="object-amount"><Select id="object-amount" allowClear placeholder="—" value={parts.amount_field} options={fieldsOf(new Set(['currency']))} onChange={(value: string | undefined) => { touch(setParts)({ ...parts, amount_field: value }); }} /></Form.Item>
            </div>
          ) : (
            <>
              <Form.Item label={t('naming')} extra={t('namingHint')}>
                <Radio.Group value={state.naming} onChange={(event) => { change({ naming: event.target.value as 'text' | 'auto_number' }); }} options={[{ value: 'text', label: t('namingText') }, { value: 'auto_number', label: t('namingNumber') }]} />
              </Form.Item>
              <div className="type-settings">
                <Form.Item label={t('namingLabel')} htmlFor="object-naming" className={state.naming === 'text' ? 'wide' : undefined}><LabelInput id="object-naming" name={t('namingLabel')} value={state.nameLabel} onChange={(nameLabel) => { change({ nameLabel }); }} /></Form.Item>
                {state.naming === 'auto_number' ? <Form.Item label={t('numberFormat')} htmlFor="object-format" extra={t('numberFormatHint')}><Input id="object-format" value={state.format} onChange={(event) => { change({ format: event.target.value }); }} /></Form.Item> : null}
              </div>
              <Form.Item label={t('belongs')} htmlFor="object-master" extra={state.master ? t('masterHint') : t('ownedHint')}>
                <Select id="object-master" value={state.master ?? ''} options={[{ value: '', label: t('ownRecords') }, ...model.objects.filter((one) => !one.configuration && !one.master).map((one) => ({ value: one.name, label: t('detailOf', { name: label(one.label) }) }))]} onChange={(value) => { change({ master: value || undefined }); }} showSearch={{ optionFilterProp: 'label' }} />
              </Form.Item>
              {state.master ? null : (
                <Form.Item label={t('sharing')} htmlFor="object-sharing">
                  <Select id="object-sharing" value={state.sharing} options={(['private', 'public_read', 'public_edit'] as const).map((value) => ({ value, label: t(`sharing_${value}`) }))} onChange={(sharing) => { change({ sharing }); }} />
                </Form.Item>
              )}
            </>
          )}
          <div className="field-flags">
            <Checkbox checked={state.activities} onChange={(event) => { change({ activities: event.target.checked }); }}>{t('activities')}<small>{t('activitiesHint')}</small></Checkbox>
            <Checkbox checked={state.lockable} onChange={(event) => { change({ lockable: event.target.checked }); }}>{t('lockable')}<small>{t('lockableHint')}</small></Checkbox>
          </div>
          {edited ? null : <Form.Item label={t('objectProfiles')}><ProfileRights value={rights} onChange={setRights} /></Form.Item>}
        </Form>
      </div>
    </Drawer>
  );
}

const nextPlace = (places: (number | null)[]): number => Math.max(0, ...places.map((place) => place ?? 0)) + 10;

function ProfileRights({ value, onChange }: { value: Record<string, Rights>; onChange: (value: Record<string, Rights>) => void }) {
  const t = useTexts(objectsTexts);
  const nameOf = useProfileName();
  const profiles = useProfiles();
  if (!profiles.data) return <Skeleton active />;
  return (
    <ul className="plain-list profile-levels">
      {profiles.data.filter(({ administers }) => !administers).map((profile) => (
        <li key={profile.id}>
          <span>{nameOf(profile)}</span>
          <Segmented<Rights>
            size="small"
            aria-label={nameOf(profile)}
            value={value[profile.id] ?? 'none'}
            options={(['none', 'read', 'edit', 'all'] as const).map((one) => ({ value: one, label: t(`rights_${one}`) }))}
            onChange={(one) => { onChange({ ...value, [profile.id]: one }); }}
          />
        </li>
      ))}
    </ul>
  );
}
