import { Button, Drawer, Flex, Form, Input, Switch } from 'antd';
import { useState } from 'react';
import type { RecordTypeBody } from '@/api/layouts';
import type { ObjectModel } from '@/api/metadata';
import { permissionBatches, useTypePermissions, type Said } from '@/api/recordTypes';
import { useBatches } from '@/api/simulation';
import { common, useLabel, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { useIsPhone } from '@/ui/useViewport';
import { DefaultsList } from './DefaultsList';
import { ProfilesTable } from './ProfilesTable';
import { typeTexts } from './texts';

interface Props {
  object: ObjectModel;
  /** None: a new one. */
  type?: RecordTypeBody;
  /** There is no other: it is the default, and cannot be switched off. */
  only: boolean;
  saving: boolean;
  /** The name under which it was stored; null when it was refused. */
  onSave: (type: RecordTypeBody) => Promise<string | null>;
  onRemove?: () => void;
  onClose: () => void;
}

/** One record type: its words, its defaults, and who may create records of it. */
export function TypeDrawer({ object, type, only, saving, onSave, onRemove, onClose }: Props) {
  const t = useTexts(typeTexts);
  const c = useTexts(common);
  const label = useLabel();
  const { language } = useSettings();
  const phone = useIsPhone();
  const { failed } = useFeedback();
  const stored = useTypePermissions(object.name).data;
  const batches = useBatches();
  const [draft, setDraft] = useState<RecordTypeBody>(type ?? { name: '', label: { zh: '', en: '' }, ...(only ? { default: true } : {}) });
  const [said, setSaid] = useState<ReadonlyMap<string, Said>>(new Map());
  const [tried, setTried] = useState(false);
  const [zh, en] = [draft.label.zh.trim(), draft.label.en.trim()];
  const named = Boolean(zh || en);
  const change = (part: Partial<RecordTypeBody>) => { setDraft({ ...draft, ...part }); };
  const describe = (part: { zh?: string; en?: string }) => { change({ description: { zh: '', en: '', ...draft.description, ...part } }); };

  const save = async () => {
    setTried(true);
    if (!named) return;
    const { description, defaults, ...rest } = draft;
    const words = { zh: description?.zh.trim() ?? '', en: description?.en.trim() ?? '' };
    const name = await onSave({
      ...rest,
      label: { zh: zh || en, en: en || zh },
      ...(words.zh || words.en ? { description: { zh: words.zh || words.en, en: words.en || words.zh } } : {}),
      ...(defaults && Object.keys(defaults).length > 0 ? { defaults } : {}),
    });
    if (name === null) return;
    const written = permissionBatches(stored ?? [], object.name, name, said);
    try {
      if (written.length > 0) await batches.mutateAsync(written);
      onClose();
    } catch (error) {
      failed(error);
    }
  };
  return (
    <Drawer
      open
      size={phone ? '100%' : 640}
      title={type ? t('editType', { name: label(type.label) }) : t('newType')}
      onClose={onClose}
      afterOpenChange={focusFirst}
      footer={
        <Flex justify="space-between" gap={8}>
          {onRemove ? <Button danger type="text" onClick={onRemove}>{t('remove')}</Button> : <span />}
          <Flex gap={8}>
            <Button onClick={onClose}>{c('cancel')}</Button>
            <Button type="primary" loading={saving || batches.isPending} onClick={() => void save()}>{t('save')}</Button>
          </Flex>
        </Flex>
      }
    >
      <Form layout="vertical" component="div">
        <div className="types-pair">
          <Form.Item label={t('labelZh')} htmlFor="type-zh" required={language === 'zh'} validateStatus={tried && !named ? 'error' : undefined} help={tried && !named ? t('needed') : undefined}>
            <Input id="type-zh" maxLength={80} value={draft.label.zh} onChange={(event) => { change({ label: { ...draft.label, zh: event.target.value } }); }} />
          </Form.Item>
          <Form.Item label={t('labelEn')} htmlFor="type-en" required={language === 'en'}><Input id="type-en" maxLength={80} value={draft.label.en} onChange={(event) => { change({ label: { ...draft.label, en: event.target.value } }); }} /></Form.Item>
          <Form.Item label={t('description')} htmlFor="type-about" tooltip={t('descriptionHint')}><Input id="type-about" maxLength={200} value={draft.description?.zh ?? ''} onChange={(event) => { describe({ zh: event.target.value }); }} /></Form.Item>
          <Form.Item label={t('descriptionEn')} htmlFor="type-about-en"><Input id="type-about-en" maxLength={200} value={draft.description?.en ?? ''} onChange={(event) => { describe({ en: event.target.value }); }} /></Form.Item>
          <Form.Item label={t('makeDefault')} extra={t('defaultHint')}>
            <Switch aria-label={t('makeDefault')} checked={draft.default ?? false} disabled={only || type?.default === true || draft.active === false} onChange={(on) => { change({ default: on || undefined }); }} />
          </Form.Item>
          <Form.Item label={t('active')} extra={t('activeHint')}>
            <Switch aria-label={t('active')} checked={draft.active !== false} disabled={only || draft.default === true} onChange={(on) => { change({ active: on ? undefined : false }); }} />
          </Form.Item>
        </div>
        <DefaultsList object={object} type={draft} onChange={(defaults) => { change({ defaults }); }} />
        <ProfilesTable type={type?.name ?? ''} object={object} stored={stored} said={said} onChange={setSaid} />
      </Form>
    </Drawer>
  );
}
