import { Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import type { NamedLayoutBody, RecordTypeBody } from '@/api/layouts';
import { useProfiles } from '@/api/profiles';
import type { Label } from '@/api/types';
import { useLabel, useSettings, useTexts } from '@/i18n';
import { focusFirst } from '@/ui/focus';
import { useProfileName } from '../../profiles/names';
import { layoutTexts } from './texts';

export interface Whom {
  label: Label;
  for: { record_types: string[]; profiles: string[] };
  /** The name of the layout that a new one starts as; null: the default one. */
  from: string | null;
}

interface Props {
  types: RecordTypeBody[];
  layouts: NamedLayoutBody[];
  /** None: a new one. */
  layout?: NamedLayoutBody;
  saving: boolean;
  onSave: (whom: Whom) => void;
  onClose: () => void;
}

/** The name of a layout, and whom it is for. */
export function LayoutDialog({ types, layouts, layout, saving, onSave, onClose }: Props) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const { language } = useSettings();
  const profiles = useProfiles().data ?? [];
  const profileName = useProfileName();
  const [zh, setZh] = useState(layout?.label.zh ?? '');
  const [en, setEn] = useState(layout?.label.en ?? '');
  const [recordTypes, setTypes] = useState(layout?.for?.record_types ?? []);
  const [chosen, setProfiles] = useState(layout?.for?.profiles ?? []);
  const [from, setFrom] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const named = Boolean(zh.trim() || en.trim());
  const save = () => {
    setTried(true);
    if (named) onSave({ label: { zh: zh.trim() || en.trim(), en: en.trim() || zh.trim() }, for: { record_types: recordTypes, profiles: chosen }, from });
  };
  return (
    <Modal open width={520} afterOpenChange={focusFirst} title={t(layout ? 'settings' : 'newLayout')} confirmLoading={saving} onOk={save} onCancel={onClose}>
      <Form layout="vertical" component="div" className="layout-form">
        <div className="layout-pair">
          <Form.Item label={t('labelZh')} htmlFor="layout-zh" required={language === 'zh'} validateStatus={tried && !named ? 'error' : undefined} help={tried && !named ? t('needed') : undefined}>
            <Input id="layout-zh" maxLength={80} value={zh} onChange={(event) => { setZh(event.target.value); }} onPressEnter={save} />
          </Form.Item>
          <Form.Item label={t('labelEn')} htmlFor="layout-en" required={language === 'en'}><Input id="layout-en" maxLength={80} value={en} onChange={(event) => { setEn(event.target.value); }} onPressEnter={save} /></Form.Item>
        </div>
        {types.length > 0 ? (
          <Form.Item label={t('types')} htmlFor="layout-types">
            <Select id="layout-types" mode="multiple" placeholder={t('anyType')} value={recordTypes} options={types.map((one) => ({ value: one.name, label: label(one.label) }))} onChange={setTypes} />
          </Form.Item>
        ) : null}
        <Form.Item label={t('profiles')} htmlFor="layout-profiles">
          <Select id="layout-profiles" mode="multiple" placeholder={t('anyProfile')} value={chosen} optionFilterProp="label" options={profiles.map((one) => ({ value: one.key, label: profileName(one) }))} onChange={setProfiles} />
        </Form.Item>
        {layout ? null : (
          <Form.Item label={t('copyOf')} htmlFor="layout-from">
            <Select id="layout-from" value={from ?? ''} options={[{ value: '', label: t('defaultLayout') }, ...layouts.map((one) => ({ value: one.name, label: label(one.label) }))]} onChange={(next: string) => { setFrom(next || null); }} />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
