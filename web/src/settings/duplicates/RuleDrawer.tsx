import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Checkbox, Collapse, Drawer, Flex, Form, Input, InputNumber, Segmented, Select } from 'antd';
import { useState } from 'react';
import { isApiError } from '@/api/errors';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useDeleteRecord } from '@/api/records';
import type { FieldMeta } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { useIsPhone } from '@/ui/useViewport';
import { drafts, matchesFor, THRESHOLD, usualMatch, useSaveRule, type DuplicateRule, type Match, type RuleGroup } from './rules';
import { duplicateTexts } from './texts';
import { TryRule } from './TryRule';

/** The editor of one rule, in plain words, with a trial. */
export default function RuleDrawer({ rule, onClose }: { rule: DuplicateRule; onClose: () => void }) {
  const t = useTexts(duplicateTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const phone = useIsPhone();
  const { done, failed, confirm } = useFeedback();
  const save = useSaveRule();
  const remove = useDeleteRecord('duplicate_rule');
  const [open, setOpen] = useState(true);
  const [state, setState] = useState(rule);
  const [wrong, setWrong] = useState<Record<string, string[]>>({});
  const object = model.object(state.object);
  const meta = model.object('duplicate_rule');
  const options = (field: string) => (meta?.field(field)?.options ?? []).map((one) => ({ value: one.value, label: label(one.label) }));
  const change = (part: Partial<DuplicateRule>) => {
    setState({ ...state, ...part });
    setWrong({});
  };
  if (!object) return null;
  const compared = [...new Set(state.groups.map((group) => group.compared))].map((name) => model.object(name)).filter((one) => one !== undefined);
  const actions = options('action').filter(({ value }) => value !== 'mark' || object.field('suspected_duplicate') !== undefined);
  const submit = () => {
    const missing = { ...(state.name.trim() ? {} : { name: [t('nameNeeded')] }), ...(drafts(state).length > 0 ? {} : { conditions: [t('conditionNeeded')] }) };
    if (Object.keys(missing).length > 0) {
      setWrong(missing);
      return;
    }
    save.mutate(state, {
      onSuccess: () => {
        done(t('saved'));
        setOpen(false);
      },
      onError: (error) => {
        if (isApiError(error) && error.status < 500 && error.status !== 0) setWrong(error.byField());
        else failed(error);
      },
    });
  };
  const destroy = async () => {
    if (!(await confirm({ title: t('deleteAsk', { name: rule.name }), ok: t('deleteRule'), cancel: c('cancel'), danger: true }))) return;
    remove.mutate(rule.id ?? '', { onSuccess: () => { done(t('deleted')); setOpen(false); }, onError: failed });
  };
  const item = (name: string) => {
    const found = wrong[name] ?? [];
    return { validateStatus: found.length > 0 ? ('error' as const) : undefined, help: found.length > 0 ? found.join(' ') : undefined };
  };
  const elsewhere = Object.entries(wrong).flatMap(([name, texts]) => (['name', 'conditions', 'action', 'shown'].includes(name) ? [] : texts));
  const setGroup = (place: number, group: RuleGroup | undefined) => {
    change({ groups: state.groups.flatMap((one, n) => (n === place ? (group ? [group] : []) : [one])) });
  };
  return (
    <Drawer
      open={open}
      onClose={() => { setOpen(false); }}
      afterOpenChange={(shown) => { if (!shown) onClose(); }}
      title={rule.id ? t('editRule') : t('newRuleOf', { object: label(object.label) })}
      size={phone ? '100%' : 760}
      footer={
        <Flex justify="space-between" gap={12} wrap>
          {rule.id ? <Button danger icon={<DeleteOutlined />} loading={remove.isPending} onClick={() => void destroy()}>{t('deleteRule')}</Button> : <span />}
          <Flex gap={8}>
            <Button onClick={() => { setOpen(false); }}>{c('cancel')}</Button>
            <Button type="primary" loading={save.isPending} onClick={submit}>{t('save')}</Button>
          </Flex>
        </Flex>
      }
    >
      <div onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(); }}>
        <Form layout="vertical" component="div">
          {elsewhere.length > 0 ? <Alert type="error" showIcon title={elsewhere.join(' ')} className="sharing-alert" /> : null}
          <Form.Item label={t('name')} htmlFor="rule-name" required {...item('name')}>
            <Input id="rule-name" autoFocus={!rule.id} maxLength={80} value={state.name} placeholder={t('namePlaceholder')} onChange={(event) => { change({ name: event.target.value }); }} />
          </Form.Item>
          <Form.Item label={t('when')} required {...item('conditions')}>
            {state.groups.map((group, place) => (
              <GroupEditor key={place} object={object} group={group} place={place} alone={state.groups.length === 1} onChange={(changed) => { setGroup(place, changed); }} />
            ))}
            <Button size="small" icon={<PlusOutlined />} onClick={() => { change({ groups: [...state.groups, { compared: object.name, conditions: [{ match: 'exact', threshold: THRESHOLD }] }] }); }}>{t('addGroup')}</Button>
          </Form.Item>
          <Form.Item label={t('action')} {...item('action')}>
            <Segmented vertical={phone} aria-label={t('action')} value={state.action} options={actions} onChange={(action) => { change({ action }); }} />
          </Form.Item>
          <Form.Item label={t('triggers')}>
            <Checkbox.Group value={state.triggers} options={options('triggers')} onChange={(triggers) => { change({ triggers }); }} />
          </Form.Item>
          <Form.Item>
            <Collapse
              size="small"
              items={[{
                key: 'more',
                label: t('more'),
                children: (
                  <>
                    <Form.Item label={t('scope')}>
                      <Segmented vertical={phone} aria-label={t('scope')} value={state.scope} options={options('scope')} onChange={(scope) => { change({ scope }); }} />
                    </Form.Item>
                    <Form.Item>
                      <div className="duplicate-options">
                        <Checkbox checked={state.include_pool} onChange={(event) => { change({ include_pool: event.target.checked }); }}>{t('includePool')}</Checkbox>
                        <Checkbox checked={state.include_deleted} onChange={(event) => { change({ include_deleted: event.target.checked }); }}>{t('includeDeleted')}</Checkbox>
                      </div>
                    </Form.Item>
                    <Form.Item label={t('shown')} extra={t('shownHint')} {...item('shown')}>
                      <Select
                        mode="multiple"
                        aria-label={t('shown')}
                        value={state.shown}
                        showSearch={{ optionFilterProp: 'label' }}
                        options={showable(compared).map((field) => ({ value: field.name, label: label(field.label) }))}
                        onChange={(shown: string[]) => { change({ shown }); }}
                      />
                    </Form.Item>
                    <Flex gap={16} wrap>
                      <Form.Item label={t('priority')} htmlFor="rule-priority">
                        <InputNumber id="rule-priority" min={0} max={999} value={state.priority} onChange={(value) => { change({ priority: value ?? 10 }); }} />
                      </Form.Item>
                      <Form.Item label={t('nameEn')} htmlFor="rule-name-en" style={{ flex: 1 }}>
                        <Input id="rule-name-en" maxLength={80} value={state.name_en} onChange={(event) => { change({ name_en: event.target.value }); }} />
                      </Form.Item>
                    </Flex>
                    <Form.Item label={t('description')} htmlFor="rule-description" style={{ marginBottom: 0 }}>
                      <Input.TextArea id="rule-description" maxLength={2000} autoSize={{ minRows: 2, maxRows: 6 }} value={state.description} onChange={(event) => { change({ description: event.target.value }); }} />
                    </Form.Item>
                  </>
                ),
              }]}
            />
          </Form.Item>
        </Form>
        <TryRule rule={state} object={object} />
      </div>
    </Drawer>
  );
}

/** Fields of what is compared with that may be shown of hidden records: those that all of them have. */
const showable = (objects: ObjectModel[]): FieldMeta[] =>
  (objects[0]?.fields ?? []).filter((field) => !field.system && !['file', 'image', 'long_text', 'rich_text'].includes(field.type) && field.name !== objects[0]?.name_field && objects.every((one) => one.field(field.name)));

interface GroupProps {
  object: ObjectModel;
  group: RuleGroup;
  place: number;
  alone: boolean;
  onChange: (group: RuleGroup | undefined) => void;
}

function GroupEditor({ object, group, place, alone, onChange }: GroupProps) {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const model = useModel();
  const other = model.object(group.compared);
  const objects = model.objects.filter((one) => one.name === group.compared || one.navigation !== null && !one.configuration);
  const set = (n: number, part: Partial<RuleGroup['conditions'][number]>) => {
    onChange({ ...group, conditions: group.conditions.map((one, at) => (at === n ? { ...one, ...part } : one)) });
  };
  const choose = (of: ObjectModel | undefined, usable: (field: FieldMeta) => boolean) =>
    (of?.fields ?? []).filter((field) => usable(field)).map((field) => ({ value: field.name, label: label(field.label) }));
  return (
    <div className="duplicate-group">
      <div className="duplicate-group-head">
        <span>{t('group', { n: place + 1 })}</span>
        <span className="spring" />
        <span>{t('compareWith')}</span>
        <Select size="small" aria-label={t('compareWith')} style={{ minWidth: 120 }} value={group.compared} options={objects.map((one) => ({ value: one.name, label: label(one.label) }))} onChange={(compared) => { onChange({ compared, conditions: group.conditions.map((one) => ({ ...one, other: undefined })) }); }} />
        {alone ? null : <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('remove')} onClick={() => { onChange(undefined); }} />}
      </div>
      {group.conditions.map((one, n) => {
        const mine = object.field(one.field ?? '');
        const ways = matchesFor(mine);
        return (
          <div key={n} className="duplicate-condition">
            <span>{t('if')}</span>
            <Select
              aria-label={`${label(object.label)} ${t('field')}`}
              placeholder={`${label(object.label)} ${t('field')}`}
              showSearch={{ optionFilterProp: 'label' }}
              value={one.field}
              options={choose(object, (field) => !field.system && matchesFor(field).length > 0)}
              onChange={(name) => {
                const field = object.field(name);
                if (!field) return;
                const same = other?.field(name);
                set(n, { field: name, match: usualMatch(field, object.name_field), other: one.other ?? (same && same.type === field.type ? name : undefined) });
              }}
            />
            <span>{t('with')}</span>
            <Select
              aria-label={`${label(other?.label)} ${t('field')}`}
              placeholder={`${label(other?.label)} ${t('field')}`}
              showSearch={{ optionFilterProp: 'label' }}
              value={one.other}
              options={choose(other, (field) => !field.system && matchesFor(field).includes(one.match))}
              onChange={(name) => { set(n, { other: name }); }}
            />
            <Select<Match> className="match" aria-label={t('when')} value={one.match} options={ways.map((way) => ({ value: way, label: t(way) }))} onChange={(match) => { set(n, { match }); }} />
            {one.match === 'fuzzy' ? <InputNumber aria-label={t('threshold')} min={50} max={100} value={one.threshold} formatter={(value) => `≥ ${String(value ?? '')}%`} parser={(value) => Number((value ?? '').replace(/\D/g, ''))} onChange={(value) => { set(n, { threshold: value ?? THRESHOLD }); }} /> : null}
            {group.conditions.length > 1 ? <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('remove')} onClick={() => { onChange({ ...group, conditions: group.conditions.filter((_, at) => at !== n) }); }} /> : null}
            {one.match === 'company' ? <span className="duplicate-note">{t('companyHint')}</span> : null}
          </div>
        );
      })}
      <Button size="small" type="link" icon={<PlusOutlined />} style={{ padding: 0 }} onClick={() => { onChange({ ...group, conditions: [...group.conditions, { match: 'exact', threshold: THRESHOLD }] }); }}>{t('addCondition')}</Button>
    </div>
  );
}
