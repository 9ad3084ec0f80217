import { DeleteOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Segmented, Select, Switch, Tabs, Tag } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useProfiles } from '@/api/profiles';
import { useRecords } from '@/api/query';
import { createRecord, deleteRecord, updateRecord, useDataChanged } from '@/api/records';
import { FIELD_WIDGETS } from '@/fields';
import { common, useLabel, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { PartEditor } from './PartEditor';
import { Preview } from './Preview';
import { freeKey } from './snippets';
import { PARTS, valuesOf, type TemplateState } from './template';
import { templateTexts } from './texts';

interface Props {
  object: ObjectModel;
  lines: string[];
  initial: TemplateState;
}

const ROWS = { header: 5, body: 20, footer: 5 };
const SIDES = ['top', 'right', 'bottom', 'left'] as const;
const TEMPLATE = 'print_template';

/** A template: its text and settings on one side, the document that it gives on the other. */
export function TemplateEditor({ object, lines, initial }: Props) {
  const t = useTexts(templateTexts);
  const c = useTexts(common);
  const label = useLabel();
  const navigate = useNavigate();
  const changed = useDataChanged();
  const { done, failed, confirm } = useFeedback();
  const [state, setState] = useState(initial);
  const [saving, setSaving] = useState(false);
  const [nameless, setNameless] = useState(false);
  const taken = useRecords({ object: TEMPLATE, fields: ['key'], filter: { field: 'object_name', op: '=', value: object.name }, limit: 500 });
  const change = (changes: Partial<TemplateState>) => { setState((now) => ({ ...now, ...changes })); };
  const dirty = initial.id === undefined || JSON.stringify(state) !== JSON.stringify(initial);

  const save = async () => {
    if (state.name.trim() === '') {
      setNameless(true);
      return;
    }
    setSaving(true);
    try {
      if (state.id === undefined) {
        const key = freeKey(object.name, (taken.data?.rows ?? []).map((row) => String(row.key)));
        const saved = await createRecord(TEMPLATE, { ...valuesOf(state), key, object_name: object.name });
        done(c('saved'));
        await changed();
        void navigate(`/settings/print/${saved.id}`, { replace: true });
      } else {
        await updateRecord(TEMPLATE, state.id, valuesOf(state), state.version);
        done(c('saved'));
        await changed();
      }
    } catch (error) {
      failed(error);
    } finally {
      setSaving(false);
    }
  };
  const discard = async () => {
    if (state.id === undefined) return;
    const sure = await confirm({ title: t('discardAsk', { name: state.name }), ok: c('delete'), cancel: c('cancel'), danger: true });
    if (!sure) return;
    try {
      await deleteRecord(TEMPLATE, state.id);
      await changed();
      void navigate('/settings/print');
      done(c('deleted'));
    } catch (error) {
      failed(error);
    }
  };
  return (
    <div className="print-editor">
      <header className="print-editor-head">
        <div>
          <span>{label(object.label)}</span>
          <h1>{state.name || t('new')}{dirty ? <Tag>{t('unsaved')}</Tag> : null}</h1>
        </div>
        <div className="print-editor-actions">
          {state.id === undefined ? null : <Button icon={<DeleteOutlined />} aria-label={t('discard')} title={t('discard')} onClick={() => void discard()} />}
          <Button type="primary" loading={saving} disabled={!dirty} onClick={() => void save()}>{c('save')}</Button>
        </div>
      </header>
      <div className="print-editor-body">
        <Tabs
          className="print-editor-tabs"
          items={[
            ...PARTS.toSorted((a, b) => Number(b === 'body') - Number(a === 'body')).map((part) => ({
              key: part,
              label: t(part),
              children: <PartEditor object={object} lines={lines} value={state[part]} label={t(part)} rows={ROWS[part]} onChange={(text) => { change({ [part]: text }); }} />,
            })),
            { key: 'settings', label: t('settings'), children: <Settings state={state} change={change} nameless={nameless} /> },
          ]}
        />
        <Preview object={object} state={state} />
      </div>
    </div>
  );
}

function Settings({ state, change, nameless }: { state: TemplateState; change: (changes: Partial<TemplateState>) => void; nameless: boolean }) {
  const t = useTexts(templateTexts);
  const label = useLabel();
  const { language } = useSettings();
  const object = useModel().object(TEMPLATE);
  const profiles = useProfiles();
  const choices = (name: string) => (object?.field(name)?.options ?? []).map((option) => ({ value: option.value, label: label(option.label) }));
  const logo = object?.field('logo');
  const LogoInput = FIELD_WIDGETS.image.Input;
  return (
    <div className="print-form">
      <label htmlFor="template-name">{t('name')}</label>
      <div>
        <Input id="template-name" value={state.name} maxLength={80} status={nameless && state.name.trim() === '' ? 'error' : undefined} onChange={(event) => { change({ name: event.target.value }); }} />
        {nameless && state.name.trim() === '' ? <span className="print-form-problem">{t('nameNeeded')}</span> : null}
      </div>
      <label htmlFor="template-name-en">{t('nameEn')}</label>
      <Input id="template-name-en" value={state.nameEn} maxLength={80} onChange={(event) => { change({ nameEn: event.target.value }); }} />
      <label htmlFor="template-active">{t('active')}</label>
      <div><Switch id="template-active" checked={state.active} onChange={(active) => { change({ active }); }} /></div>
      <label htmlFor="template-profiles">{t('profiles')}</label>
      <Select
        id="template-profiles"
        mode="multiple"
        value={state.profiles}
        placeholder={t('everybody')}
        onChange={(chosen) => { change({ profiles: chosen }); }}
        options={(profiles.data ?? []).map((profile) => ({ value: profile.key, label: language === 'en' ? profile.name_en ?? profile.name : profile.name }))}
      />
      <label htmlFor="template-paper">{t('paper')}</label>
      <Select id="template-paper" value={state.paper} options={choices('paper')} onChange={(paper) => { change({ paper }); }} />
      <span>{t('orientation')}</span>
      <div><Segmented aria-label={t('orientation')} value={state.orientation} options={choices('orientation')} onChange={(orientation) => { change({ orientation }); }} /></div>
      <span>{t('margins')}</span>
      <div className="print-margins">
        {SIDES.map((side, n) => (
          <InputNumber
            key={side}
            aria-label={`${t('margins')} ${t(side)}`}
            prefix={t(side)}
            min={0}
            max={80}
            precision={0}
            value={state.margins[n]}
            onChange={(value) => { change({ margins: state.margins.map((margin, at) => (at === n ? (value ?? 0) : margin)) }); }}
          />
        ))}
      </div>
      <label htmlFor="template-language">{t('language')}</label>
      <Select id="template-language" value={state.language} options={choices('language')} onChange={(chosen) => { change({ language: chosen }); }} />
      {logo ? (
        <>
          <label htmlFor="template-logo">{t('logo')}</label>
          <div>
            <LogoInput id="template-logo" field={logo} value={state.logo} onChange={(value) => { change({ logo: typeof value === 'string' ? value : null }); }} />
            <p className="print-form-hint">{t('logoHint')}</p>
          </div>
        </>
      ) : null}
    </div>
  );
}
