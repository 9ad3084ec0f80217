import { Button, Checkbox, Drawer, Form, Input, Radio, Select } from 'antd';
import { useState } from 'react';
import { useModel } from '@/api/metadata';
import { useProfiles } from '@/api/profiles';
import { usePrintTemplates } from '@/api/prints';
import type { FieldMeta } from '@/api/types';
import { common, useLabel, useSettings, useTexts } from '@/i18n';
import { FieldPicker, FilterBuilder, emptyGroup, emptyRule, fromJson, toJson, type Group } from '@/records/list';
import { isBlankLabel } from '../fieldBody';
import { cleaned, freeName, type ButtonBody } from './body';
import { buttonSettingsTexts } from './texts';
import { ValueRows } from './ValueRows';

interface Props {
  object: string;
  /** Without it a new one is made. */
  button: ButtonBody | undefined;
  taken: string[];
  saving: boolean;
  onClose: () => void;
  onSave: (button: ButtonBody) => void;
}

const KINDS = ['link', 'create', 'update', 'print'] as const;
const shownInLinks = (field: FieldMeta): boolean => !['file', 'image', 'address', 'location', 'rich_text'].includes(field.type);

/** One button: what it is called, what it does, where it stands and for whom. */
export function ButtonDrawer({ object: name, button, taken, saving, onClose, onSave }: Props) {
  const t = useTexts(buttonSettingsTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const { language } = useSettings();
  const profiles = useProfiles();
  const templates = usePrintTemplates(name);
  const [state, setState] = useState<ButtonBody>(button ?? { name: '', label: { zh: '', en: '' }, kind: 'link', url: 'https://' });
  const [conditions, setConditions] = useState<Group | undefined>(button?.visible_when ? fromJson(button.visible_when) : undefined);
  const [tried, setTried] = useState(false);
  const object = model.object(name);
  const change = (changes: Partial<ButtonBody>) => { setState((now) => ({ ...now, ...changes })); };
  const nameless = isBlankLabel(state.label);
  const save = () => {
    setTried(true);
    if (nameless) return;
    const condition = conditions ? toJson(conditions) : null;
    onSave(cleaned({ ...state, name: state.name || freeName(state.kind, taken), visible_when: condition ?? undefined }));
  };
  const target = state.kind === 'create' ? model.object(state.object ?? '') : object;
  const confirm = state.confirm ?? { zh: '', en: '' };
  if (!object) return null;
  return (
    <Drawer
      open
      size={520}
      title={t(button ? 'edit' : 'new')}
      onClose={onClose}
      footer={<div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}><Button onClick={onClose}>{c('cancel')}</Button><Button type="primary" loading={saving} onClick={save}>{c('save')}</Button></div>}
    >
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t('label')} htmlFor="button-label" validateStatus={tried && nameless ? 'error' : undefined} help={tried && nameless ? t('labelNeeded') : undefined}>
          <Input id="button-label" autoFocus={language !== 'en'} maxLength={80} value={state.label.zh} onChange={(event) => { change({ label: { ...state.label, zh: event.target.value } }); }} />
        </Form.Item>
        <Form.Item label={t('labelEn')} htmlFor="button-label-en">
          <Input id="button-label-en" autoFocus={language === 'en'} maxLength={80} value={state.label.en} onChange={(event) => { change({ label: { ...state.label, en: event.target.value } }); }} />
        </Form.Item>
        <Form.Item label={t('kind')}>
          <Radio.Group aria-label={t('kind')} orientation="vertical" value={state.kind} options={KINDS.map((kind) => ({ value: kind, label: t(kind) }))} onChange={(event) => { change({ kind: event.target.value as ButtonBody['kind'], values: {} }); }} />
        </Form.Item>
        {state.kind === 'link' ? (
          <Form.Item label={t('url')} htmlFor="button-url" extra={t('urlHint')}>
            <Input.TextArea id="button-url" autoSize={{ minRows: 2 }} value={state.url} onChange={(event) => { change({ url: event.target.value }); }} />
            <div style={{ marginTop: 6 }}>
              <FieldPicker object={object} value={undefined} usable={shownInLinks} onChange={(path) => { change({ url: `${state.url ?? ''}{${path}}` }); }} />
            </div>
          </Form.Item>
        ) : null}
        {state.kind === 'create' ? (
          <Form.Item label={t('object')}>
            <Select
              aria-label={t('object')}
              showSearch={{ optionFilterProp: 'label' }}
              value={state.object}
              options={model.objects.filter((one) => one.can('create') && !one.configuration).map((one) => ({ value: one.name, label: label(one.label) }))}
              onChange={(chosen) => { change({ object: chosen, values: {} }); }}
            />
          </Form.Item>
        ) : null}
        {(state.kind === 'create' || state.kind === 'update') && target ? (
          <Form.Item label={t('values')}>
            <ValueRows target={target} source={state.kind === 'create' ? object : undefined} values={state.values ?? {}} onChange={(values) => { change({ values }); }} />
          </Form.Item>
        ) : null}
        {state.kind === 'update' ? (
          <>
            <Form.Item label={t('confirm')} htmlFor="button-confirm"><Input id="button-confirm" maxLength={200} value={confirm.zh} onChange={(event) => { change({ confirm: { ...confirm, zh: event.target.value } }); }} /></Form.Item>
            <Form.Item label={t('confirmEn')} htmlFor="button-confirm-en"><Input id="button-confirm-en" maxLength={200} value={confirm.en} onChange={(event) => { change({ confirm: { ...confirm, en: event.target.value } }); }} /></Form.Item>
          </>
        ) : null}
        {state.kind === 'print' ? (
          <Form.Item label={t('template')}>
            <Select aria-label={t('template')} value={state.template} options={(templates.data ?? []).map((one) => ({ value: one.key, label: language === 'en' ? one.name_en ?? one.name : one.name }))} onChange={(template) => { change({ template }); }} />
          </Form.Item>
        ) : null}
        {state.kind === 'update' || state.kind === 'print' ? (
          <Form.Item label={t('places')}>
            <Checkbox.Group<'record' | 'list'>
              value={state.places ?? ['record']}
              options={(['record', 'list'] as const).map((place) => ({ value: place, label: t(place) }))}
              onChange={(places: ('record' | 'list')[]) => { change({ places: places.length > 0 ? places : ['record'] }); }}
            />
          </Form.Item>
        ) : null}
        <Form.Item><Checkbox checked={state.primary ?? false} onChange={(event) => { change({ primary: event.target.checked }); }}>{t('primary')}</Checkbox></Form.Item>
        <Form.Item label={t('profiles')}>
          <Select
            aria-label={t('profiles')}
            mode="multiple"
            placeholder={t('everybody')}
            value={state.profiles ?? []}
            options={(profiles.data ?? []).map((one) => ({ value: one.key, label: language === 'en' ? one.name_en ?? one.name : one.name }))}
            onChange={(chosen) => { change({ profiles: chosen }); }}
          />
        </Form.Item>
        <Form.Item>
          <Checkbox checked={conditions !== undefined} onChange={(event) => { setConditions(event.target.checked ? emptyGroup('and', [emptyRule()]) : undefined); }}>{t('condition')}</Checkbox>
          {conditions ? <FilterBuilder object={object} group={conditions} onChange={setConditions} /> : null}
        </Form.Item>
      </Form>
    </Drawer>
  );
}
