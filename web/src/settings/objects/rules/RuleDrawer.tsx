import { Alert, Button, Checkbox, Drawer, Flex, Form, Input, Select, Switch } from 'antd';
import { useState } from 'react';
import { useChangeDefinitions, type ObjectDefinition, type RuleBody } from '@/api/definitions';
import { isApiError } from '@/api/errors';
import type { Arranged } from '@/api/layouts';
import type { Label } from '@/api/types';
import { common, useLabel, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { useIsPhone } from '@/ui/useViewport';
import { FormulaEditor } from '@/settings/formula';
import { wholeLabel } from '../fieldBody';
import { ALWAYS, freshName, rulesChange, withRule } from './rules';
import { rulesTexts } from './texts';

interface Props {
  definition: ObjectDefinition;
  /** None: a new one. */
  rule?: RuleBody;
  onClose: () => void;
}

const NOTHING: Label = { zh: '', en: '' };
const TOP = '';

/** One validation rule. */
export default function RuleDrawer({ definition, rule, onClose }: Props) {
  const t = useTexts(rulesTexts);
  const c = useTexts(common);
  const label = useLabel();
  const phone = useIsPhone();
  const { done, failed } = useFeedback();
  const change = useChangeDefinitions();
  const { name: object, body, version } = definition;
  const rules = body.validation_rules ?? [];
  const [open, setOpen] = useState(true);
  const [draft, setDraft] = useState<RuleBody>(rule ?? { name: freshName(rules), label: NOTHING, condition: '', message: NOTHING });
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const set = (part: Partial<RuleBody>) => {
    setDraft({ ...draft, ...part });
    setWrong({});
  };
  const when = draft.when ?? ALWAYS;
  const title = wholeLabel(draft.label);
  const message = wholeLabel(draft.message);
  const save = () => {
    const missing = {
      ...(title.zh ? {} : { label: t('nameNeeded') }),
      ...(draft.condition.trim() ? {} : { condition: t('conditionNeeded') }),
      ...(message.zh ? {} : { message: t('messageNeeded') }),
      ...(when.length > 0 ? {} : { when: t('whenNeeded') }),
    };
    if (Object.keys(missing).length > 0) {
      setWrong(missing);
      return;
    }
    const whole: RuleBody = { ...draft, label: title, message, when, field: draft.field ? draft.field : undefined };
    change.mutate(
      { changes: rulesChange(object, withRule(rules, whole)), version },
      {
        onSuccess: () => {
          done(t('saved'));
          setOpen(false);
        },
        onError: (error) => {
          if (isApiError(error) && error.problems.length > 0) setWrong({ all: error.problems.map(({ detail }) => detail).join(' ') });
          else failed(error);
        },
      },
    );
  };
  const item = (name: string) => ({ validateStatus: wrong[name] ? ('error' as const) : undefined, help: wrong[name] });
  const { record_types: types = [] } = body as Arranged;
  const fields = [{ value: TOP, label: t('atTop') }, ...body.fields.filter((field) => !field.formula).map((field) => ({ value: field.name, label: label(field.label) }))];
  return (
    <Drawer
      open={open}
      onClose={() => { setOpen(false); }}
      afterOpenChange={(shown) => {
        focusFirst(shown);
        if (!shown) onClose();
      }}
      title={t(rule ? 'editTitle' : 'newRule')}
      size={phone ? '100%' : 720}
      footer={
        <Flex justify="flex-end" gap={8}>
          <Button onClick={() => { setOpen(false); }}>{c('cancel')}</Button>
          <Button type="primary" title="Ctrl+Enter" loading={change.isPending} onClick={save}>{t('save')}</Button>
        </Flex>
      }
    >
      <div onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save(); }}>
        <Form layout="vertical" component="div">
          {wrong.all ? <Alert type="error" showIcon title={wrong.all} style={{ marginBottom: 16 }} /> : null}
          <Pair id="rule-label" title={t('name')} value={draft.label} maxLength={80} {...item('label')} onChange={(value) => { set({ label: value }); }} />
          <Form.Item label={t('condition')} htmlFor="rule-condition" required extra={t('conditionHint')} {...item('condition')}>
            <FormulaEditor id="rule-condition" title={t('condition')} object={object} purpose="rule" expects="boolean" value={draft.condition} placeholder={t('conditionPlaceholder')} onChange={(condition) => { set({ condition }); }} />
          </Form.Item>
          <Pair id="rule-message" title={t('message')} hint={t('messageHint')} value={draft.message} maxLength={300} {...item('message')} onChange={(value) => { set({ message: value }); }} />
          <Form.Item label={t('at')} htmlFor="rule-at">
            <Select id="rule-at" showSearch optionFilterProp="label" options={fields} value={draft.field ?? TOP} onChange={(field: string) => { set({ field }); }} />
          </Form.Item>
          {types.length > 0 ? (
            <Form.Item label={t('types')} htmlFor="rule-types">
              <Select
                id="rule-types"
                mode="multiple"
                placeholder={t('anyType')}
                value={draft.record_types ?? []}
                options={types.map((one) => ({ value: one.name, label: label(one.label) }))}
                onChange={(chosen: string[]) => { set({ record_types: chosen.length > 0 ? chosen : undefined }); }}
              />
            </Form.Item>
          ) : null}
          <Form.Item label={t('when')} {...item('when')}>
            <Checkbox.Group value={when} options={ALWAYS.map((value) => ({ value, label: t(value) }))} onChange={(chosen) => { set({ when: ALWAYS.filter((one) => chosen.includes(one)) }); }} />
          </Form.Item>
          <Form.Item label={t('active')} htmlFor="rule-active">
            <Switch id="rule-active" checked={draft.active !== false} onChange={(active) => { set({ active }); }} />
          </Form.Item>
        </Form>
      </div>
    </Drawer>
  );
}

interface PairProps {
  id: string;
  title: string;
  hint?: string;
  value: Label;
  maxLength: number;
  validateStatus?: 'error';
  help?: string;
  onChange: (value: Label) => void;
}

/** A text in both languages. */
function Pair({ id, title, hint, value, maxLength, validateStatus, help, onChange }: PairProps) {
  const t = useTexts(rulesTexts);
  const { language } = useSettings();
  return (
    <div className="rules-pair">
      <Form.Item label={`${title} · ${t('zh')}`} htmlFor={`${id}-zh`} required={language === 'zh'} extra={hint} validateStatus={validateStatus} help={help}>
        <Input id={`${id}-zh`} maxLength={maxLength} value={value.zh} placeholder={language === 'en' ? t('otherHint') : undefined} onChange={(event) => { onChange({ ...value, zh: event.target.value }); }} />
      </Form.Item>
      <Form.Item label={`${title} · ${t('en')}`} htmlFor={`${id}-en`} required={language === 'en'}>
        <Input id={`${id}-en`} maxLength={maxLength} value={value.en} placeholder={language === 'zh' ? t('otherHint') : undefined} onChange={(event) => { onChange({ ...value, en: event.target.value }); }} />
      </Form.Item>
    </div>
  );
}
