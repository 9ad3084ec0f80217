import { CopyOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select, Switch } from 'antd';
import type { ObjectModel } from '@/api/metadata';
import type { Label } from '@/api/types';
import { LookupPicker } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { snippetOf, type FormState } from './form';
import { webFormTexts } from './texts';

type Change = (changes: Partial<FormState>) => void;

function Both({ id, name, value, rows, onChange }: { id: string; name: string; value: Label; rows?: number; onChange: (value: Label) => void }) {
  const t = useTexts(webFormTexts);
  const part = (language: 'zh' | 'en') => ({
    id: language === 'zh' ? id : `${id}-en`, value: value[language], placeholder: t(language), 'aria-label': `${name} (${t(language)})`, maxLength: rows ? 2000 : 120,
    onChange: (event: { target: { value: string } }) => { onChange({ ...value, [language]: event.target.value }); },
  });
  return (
    <div className="web-form-both">
      {rows ? <Input.TextArea autoSize={{ minRows: rows, maxRows: 8 }} {...part('zh')} /> : <Input {...part('zh')} />}
      {rows ? <Input.TextArea autoSize={{ minRows: rows, maxRows: 8 }} {...part('en')} /> : <Input {...part('en')} />}
    </div>
  );
}

export function ContentTab({ object, state, change }: { object: ObjectModel; state: FormState; change: Change }) {
  const t = useTexts(webFormTexts);
  const label = useLabel();
  const choices = (name: string) => (object.field(name)?.options ?? []).filter((option) => option.active !== false).map((option) => ({ value: option.value, label: label(option.label) }));
  return (
    <div className="print-form">
      <label htmlFor="web-form-name">{t('name')}</label>
      <Input id="web-form-name" value={state.name} maxLength={80} onChange={(event) => { change({ name: event.target.value }); }} />
      <label htmlFor="web-form-key">{t('key')}</label>
      <div>
        <Input id="web-form-key" value={state.key} maxLength={60} placeholder="contact-us" onChange={(event) => { change({ key: event.target.value.toLowerCase() }); }} />
        <p className="print-form-hint">{t('keyHint', { address: `${window.location.origin}/forms/${state.key || '…'}` })}</p>
      </div>
      <label htmlFor="web-form-active">{t('active')}</label>
      <div><Switch id="web-form-active" checked={state.active} onChange={(active) => { change({ active }); }} /></div>
      <label htmlFor="web-form-title">{t('heading')}</label>
      <Both id="web-form-title" name={t('heading')} value={state.title} onChange={(title) => { change({ title }); }} />
      <label htmlFor="web-form-intro">{t('intro')}</label>
      <Both id="web-form-intro" name={t('intro')} rows={2} value={state.intro} onChange={(intro) => { change({ intro }); }} />
      <label htmlFor="web-form-language">{t('language')}</label>
      <Select id="web-form-language" value={state.language} options={choices('language')} onChange={(language) => { change({ language }); }} />
      <label htmlFor="web-form-source">{t('source')}</label>
      <Select id="web-form-source" allowClear value={state.source} options={choices('source')} onChange={(source: string | undefined) => { change({ source: source ?? null }); }} />
      <label htmlFor="web-form-campaign">{t('campaign')}</label>
      <LookupPicker
        id="web-form-campaign"
        object="campaign"
        allowClear
        value={state.campaign === null ? [] : [state.campaign]}
        names={state.campaign !== null && state.campaignName ? { [state.campaign]: state.campaignName } : undefined}
        onChange={(ids) => { change({ campaign: ids[0] ?? null, campaignName: null }); }}
      />
      <label htmlFor="web-form-pool">{t('pool')}</label>
      <div>
        <LookupPicker
          id="web-form-pool"
          object="pool"
          allowClear
          value={state.pool === null ? [] : [state.pool]}
          names={state.pool !== null && state.poolName ? { [state.pool]: state.poolName } : undefined}
          onChange={(ids) => { change({ pool: ids[0] ?? null, poolName: null }); }}
        />
        <p className="print-form-hint">{t('poolHint')}</p>
      </div>
      <label htmlFor="web-form-owner">{t('owner')}</label>
      <LookupPicker
        id="web-form-owner"
        object="user"
        value={state.owner === null ? [] : [state.owner]}
        names={state.owner !== null && state.ownerName ? { [state.owner]: state.ownerName } : undefined}
        onChange={(ids) => { change({ owner: ids[0] ?? null, ownerName: null }); }}
      />
    </div>
  );
}

export function AfterTab({ state, change }: { state: FormState; change: Change }) {
  const t = useTexts(webFormTexts);
  return (
    <div className="print-form">
      <label htmlFor="web-form-thanks">{t('thanks')}</label>
      <div>
        <Both id="web-form-thanks" name={t('thanks')} rows={2} value={state.thanks} onChange={(thanks) => { change({ thanks }); }} />
        <p className="print-form-hint">{t('thanksDefault')}</p>
      </div>
      <label htmlFor="web-form-redirect">{t('redirect')}</label>
      <Input id="web-form-redirect" value={state.redirect} placeholder="https://" onChange={(event) => { change({ redirect: event.target.value }); }} />
      <label htmlFor="web-form-keep">{t('keep')}</label>
      <div>
        <InputNumber id="web-form-keep" min={1} max={36500} precision={0} value={state.keepDays} placeholder={t('forEver')} suffix={t('days')} onChange={(keepDays) => { change({ keepDays }); }} />
        <p className="print-form-hint">{t('keepHint')}</p>
      </div>
    </div>
  );
}

export function EmbedTab({ state, change, address }: { state: FormState; change: Change; address: string }) {
  const t = useTexts(webFormTexts);
  const { done, failed } = useFeedback();
  const snippet = snippetOf(address, state.title.zh || state.title.en);
  return (
    <div className="web-form-embed">
      <label htmlFor="web-form-sites">{t('sites')}</label>
      <Input.TextArea id="web-form-sites" autoSize={{ minRows: 2, maxRows: 8 }} value={state.sites} placeholder="https://www.example.com" onChange={(event) => { change({ sites: event.target.value }); }} />
      <p className="print-form-hint">{t('sitesHint')}</p>
      <label htmlFor="web-form-snippet">{t('snippet')}</label>
      <Input.TextArea id="web-form-snippet" className="print-source" readOnly autoSize value={snippet} />
      <Button icon={<CopyOutlined />} onClick={() => void navigator.clipboard.writeText(snippet).then(() => { done(t('copied')); }, failed)}>{t('copy')}</Button>
      <p className="print-form-hint">{t('apiHint', { ask: address.replace('/forms/', '/api/v1/forms/') })}</p>
    </div>
  );
}
