import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Drawer, Form, Input, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { useDataChanged } from '@/api/records';
import type { Option, Row } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { ANY_TYPE, outcomeOf, type Outcome } from '@/records/stages';
import { useFeedback } from '@/ui/feedback';
import { optionColor } from '@/ui/OptionTag';
import { useIsPhone } from '@/ui/useViewport';
import { askable, draftOf, dropRule, ruleFor, saveRule, type RuleDraft, type TaskDraft } from './settings';
import { stageSettingTexts } from './texts';

interface Props {
  object: ObjectModel;
  type: string;
  option: Option;
  options: Option[];
  /** Its name, colour and meaning are set here, too. */
  named: boolean;
  rules: Row[];
  tasks: Row[];
  /** Stores the option; false where that was refused. */
  onOption: (option: Option) => Promise<boolean>;
  onClose: () => void;
}

const COLORS = ['default', 'blue', 'cyan', 'green', 'gold', 'orange', 'red', 'purple', 'pink'];
const OUTCOMES: Outcome[] = ['open', 'won', 'lost'];
const CODE = /^[a-z][a-z0-9_]{0,39}$/;

/** Everything about one stage on one sheet. */
export function StageDrawer({ object, type, option, options, named, rules, tasks, onOption, onClose }: Props) {
  const t = useTexts(stageSettingTexts);
  const label = useLabel();
  const phone = useIsPhone();
  const { done, failed, warn } = useFeedback();
  const changed = useDataChanged();
  const fresh = option.value === '';
  const [stage, setStage] = useState(option);
  const [draft, setDraft] = useState<RuleDraft>(() => draftOf(rules, tasks, type, option.value));
  const [own, setOwn] = useState(type === ANY_TYPE || ruleFor(rules, type, option.value) !== undefined);
  const [busy, setBusy] = useState(false);
  const edit = (changes: Partial<RuleDraft>) => { setDraft((before) => ({ ...before, ...changes })); };
  const editStage = (changes: Partial<Option>) => { setStage((before) => ({ ...before, ...changes })); };

  const save = async () => {
    if (named && (!stage.label.zh.trim() || !CODE.test(stage.value) || (fresh && options.some((one) => one.value === stage.value)))) {
      warn(t('fillName'));
      return;
    }
    setBusy(true);
    try {
      const wanted = { ...stage, label: { zh: stage.label.zh.trim(), en: stage.label.en.trim() || stage.label.zh.trim() } };
      if (named && JSON.stringify(wanted) !== JSON.stringify(option) && !(await onOption(wanted))) return;
      if (own) await saveRule(object.name, type, stage.value, draft, rules, tasks);
      else await dropRule(type, stage.value, rules, tasks);
      done(t('saved'));
      onClose();
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
      await changed();
    }
  };
  const fields = askable(object).map((field) => ({ value: field.name, label: label(field.label), title: `${label(field.label)} ${field.name}` }));
  const categories = object.field('forecast_category')?.options ?? [];
  const title = fresh ? t('add') : t('editOf', { name: label(option.label) });
  return (
    <Drawer
      open onClose={onClose} title={title} size={phone ? '100%' : 640} className="stage-drawer"
      footer={<div style={{ display: 'flex', justifyContent: 'flex-end', gap: 8 }}><Button onClick={onClose}>{t('cancel')}</Button><Button type="primary" loading={busy} onClick={() => void save()}>{t('save')}</Button></div>}
    >
      <Form layout="vertical" component="div">
        {named ? (
          <>
            <h3>{t('aboutStage')}</h3>
            <div className="stage-pair">
              <Form.Item label={t('nameZh')} required htmlFor="stage-zh"><Input id="stage-zh" value={stage.label.zh} maxLength={80} onChange={(event) => { editStage({ label: { ...stage.label, zh: event.target.value } }); }} /></Form.Item>
              <Form.Item label={t('nameEn')} htmlFor="stage-en"><Input id="stage-en" value={stage.label.en} maxLength={80} onChange={(event) => { editStage({ label: { ...stage.label, en: event.target.value } }); }} /></Form.Item>
              <Form.Item label={t('code')} required tooltip={t('codeHint')} htmlFor="stage-code"><Input id="stage-code" value={stage.value} disabled={!fresh} maxLength={40} onChange={(event) => { editStage({ value: event.target.value.trim().toLowerCase() }); }} /></Form.Item>
              <Form.Item label={t('outcome')} htmlFor="stage-outcome"><Select<Outcome> id="stage-outcome" value={outcomeOf(stage)} options={OUTCOMES.map((one) => ({ value: one, label: t(one) }))} onChange={(outcome) => { editStage({ attributes: { ...stage.attributes, outcome } }); }} /></Form.Item>
              <Form.Item label={t('color')} htmlFor="stage-color"><Select<string> id="stage-color" value={stage.color ?? 'default'} options={COLORS.map((color) => ({ value: color, label: <span className="option-dot" role="img" aria-label={color} style={{ display: 'inline-block', background: optionColor(color) }} /> }))} onChange={(color) => { editStage({ color }); }} /></Form.Item>
              {fresh ? null : <Form.Item label={t('active')} htmlFor="stage-active"><Switch id="stage-active" checked={stage.active !== false} onChange={(active) => { editStage({ active }); }} /></Form.Item>}
            </div>
          </>
        ) : null}
        <h3>{t('aboutRule')}</h3>
        {type === ANY_TYPE ? null : <Form.Item><Switch checked={own} onChange={setOwn} aria-label={t('ownRule')} /> {t('ownRule')}</Form.Item>}
        {own ? (
          <>
            <div className="stage-pair">
              <Form.Item label={t('probability')} htmlFor="stage-probability"><InputNumber<string> id="stage-probability" stringMode min="0" max="100" precision={0} suffix="%" style={{ width: '100%' }} value={draft.probability} onChange={(value) => { edit({ probability: value }); }} /></Form.Item>
              {categories.length > 0 ? <Form.Item label={t('category')} htmlFor="stage-category"><Select<string> id="stage-category" allowClear value={draft.forecast_category ?? undefined} options={categories.map((one) => ({ value: one.value, label: label(one.label) }))} onChange={(value: string | undefined) => { edit({ forecast_category: value ?? null }); }} /></Form.Item> : null}
              <Form.Item label={t('standard')} htmlFor="stage-standard"><InputNumber id="stage-standard" min={0} max={3650} precision={0} style={{ width: '100%' }} value={draft.standard_days} onChange={(value) => { edit({ standard_days: value }); }} /></Form.Item>
              <Form.Item label={t('idle')} htmlFor="stage-idle"><InputNumber id="stage-idle" min={1} max={3650} precision={0} style={{ width: '100%' }} value={draft.idle_days} onChange={(value) => { edit({ idle_days: value }); }} /></Form.Item>
            </div>
            <Form.Item label={t('entering')} tooltip={t('enteringHint')} htmlFor="stage-entering"><Select<string[]> id="stage-entering" mode="multiple" options={fields} showSearch={{ optionFilterProp: 'title' }} value={draft.required_fields} onChange={(names) => { edit({ required_fields: names }); }} /></Form.Item>
            <Form.Item label={t('leaving')} htmlFor="stage-leaving"><Select<string[]> id="stage-leaving" mode="multiple" options={fields} showSearch={{ optionFilterProp: 'title' }} value={draft.required_on_leaving} onChange={(names) => { edit({ required_on_leaving: names }); }} /></Form.Item>
            <Form.Item><Checkbox checked={draft.skippable} onChange={(event) => { edit({ skippable: event.target.checked }); }}>{t('skippable')}</Checkbox> <Checkbox checked={draft.may_go_back} onChange={(event) => { edit({ may_go_back: event.target.checked }); }}>{t('mayGoBack')}</Checkbox></Form.Item>
            <Form.Item label={t('guidance')} htmlFor="stage-guidance"><Input.TextArea id="stage-guidance" autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} value={draft.guidance} onChange={(event) => { edit({ guidance: event.target.value }); }} /></Form.Item>
            <Form.Item label={t('guidanceEn')} htmlFor="stage-guidance-en"><Input.TextArea id="stage-guidance-en" autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} value={draft.guidance_en} onChange={(event) => { edit({ guidance_en: event.target.value }); }} /></Form.Item>
            <h3>{t('tasks')}</h3>
            <Tasks tasks={draft.tasks} onChange={(list) => { edit({ tasks: list }); }} />
          </>
        ) : null}
      </Form>
    </Drawer>
  );
}

function Tasks({ tasks, onChange }: { tasks: TaskDraft[]; onChange: (tasks: TaskDraft[]) => void }) {
  const t = useTexts(stageSettingTexts);
  const [made, setMade] = useState(0);
  const set = (key: string, changes: Partial<TaskDraft>) => { onChange(tasks.map((task) => (task.key === key ? { ...task, ...changes } : task))); };
  return (
    <>
      {tasks.map((task) => (
        <div key={task.key} className="stage-task">
          <Input aria-label={t('taskName')} placeholder={t('taskName')} value={task.name} maxLength={120} onChange={(event) => { set(task.key, { name: event.target.value }); }} />
          <Input aria-label={t('taskNameEn')} placeholder={t('taskNameEn')} value={task.name_en} maxLength={120} onChange={(event) => { set(task.key, { name_en: event.target.value }); }} />
          <Checkbox checked={task.mandatory} onChange={(event) => { set(task.key, { mandatory: event.target.checked }); }}>{t('mandatory')}</Checkbox>
          <Button type="text" icon={<DeleteOutlined />} aria-label={t('removeTask')} onClick={() => { onChange(tasks.filter((one) => one.key !== task.key)); }} />
        </div>
      ))}
      <Button icon={<PlusOutlined />} onClick={() => { setMade(made + 1); onChange([...tasks, { id: undefined, key: `new-${String(made)}`, name: '', name_en: '', mandatory: false }]); }}>{t('addTask')}</Button>
    </>
  );
}
