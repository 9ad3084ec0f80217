import { Alert, Button, Drawer, Flex, Form, Input, Segmented } from 'antd';
import { useState } from 'react';
import { isApiError } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import { useRulePreview, useSaveRule, type RuleDraft, type SharingRule, type Subject } from '@/api/sharing';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { FilterBuilder, emptyGroup, emptyRule, fromJson, toJson, type Group } from '@/records/list';
import { useFeedback } from '@/ui/feedback';
import { useDebounced } from '@/ui/useDebounced';
import { useIsPhone } from '@/ui/useViewport';
import { SubjectList, SubjectPicker, noSubject } from './SubjectPicker';
import { sharingTexts } from './texts';

interface Props {
  object: ObjectModel;
  /** None: a new one. */
  rule?: SharingRule;
  onClose: () => void;
}

/** What each write changes by itself, so that no rule may ask for it. */
const MOVING = new Set(['id', 'version', 'updated_at', 'updated_by_id']);

interface State {
  name: string;
  basis: 'criteria' | 'owner';
  source: Subject;
  conditions: Group;
  level: 'read' | 'edit';
  targets: Subject[];
  description: string;
}

const stateOf = (rule?: SharingRule): State => ({
  name: rule?.name ?? '',
  basis: rule?.source ? 'owner' : 'criteria',
  source: rule?.source ?? noSubject(),
  conditions: rule?.conditions ? fromJson(rule.conditions) : emptyGroup('and', [emptyRule()]),
  level: rule?.level ?? 'read',
  targets: rule && rule.targets.length > 0 ? rule.targets : [noSubject()],
  description: rule?.description ?? '',
});

function draftOf(object: string, state: State, active: boolean): RuleDraft {
  return {
    name: state.name.trim(),
    object,
    source: state.basis === 'owner' ? state.source : null,
    conditions: state.basis === 'criteria' ? toJson(state.conditions) : null,
    level: state.level,
    targets: state.targets.filter((target) => target.id !== ''),
    active,
    description: state.description.trim() || null,
  };
}

/** Whether a draft says which records it means, so that they can be counted. */
const says = (draft: RuleDraft): boolean => (draft.source ? draft.source.id !== '' : draft.conditions !== null);

export default function RuleDrawer({ object, rule, onClose }: Props) {
  const t = useTexts(sharingTexts);
  const c = useTexts(common);
  const label = useLabel();
  const phone = useIsPhone();
  const { done, failed } = useFeedback();
  const save = useSaveRule();
  const [open, setOpen] = useState(true);
  const [state, setState] = useState(() => stateOf(rule));
  const [wrong, setWrong] = useState<Record<string, string[]>>({});
  const draft = draftOf(object.name, state, rule ? rule.active || rule.disabled_reason !== null : true);
  const change = (part: Partial<State>) => {
    setState({ ...state, ...part });
    setWrong({});
  };
  const submit = () => {
    if (!draft.name) {
      setWrong({ name: [t('nameNeeded')] });
      return;
    }
    save.mutate(
      { draft, rule },
      {
        onSuccess: () => {
          done(t('saved'));
          setOpen(false);
        },
        onError: (error) => {
          if (isApiError(error) && error.problems.length > 0) setWrong(error.byField());
          else failed(error);
        },
      },
    );
  };
  const item = (...names: string[]) => {
    const found = names.flatMap((name) => wrong[name] ?? []);
    return { validateStatus: found.length > 0 ? ('error' as const) : undefined, help: found.length > 0 ? found.join(' ') : undefined };
  };
  const elsewhere = wrong[''] ?? [];
  return (
    <Drawer
      open={open}
      onClose={() => { setOpen(false); }}
      afterOpenChange={(shown) => { if (!shown) onClose(); }}
      title={rule ? t('editRuleTitle') : t('newRuleOf', { object: label(object.label), objects: label(object.plural) })}
      size={phone ? '100%' : 720}
      footer={
        <Flex justify="space-between" align="center" gap={12} wrap>
          <Preview draft={draft} />
          <Flex gap={8}>
            <Button onClick={() => { setOpen(false); }}>{c('cancel')}</Button>
            <Button type="primary" loading={save.isPending} onClick={submit}>{t('saveRule')}</Button>
          </Flex>
        </Flex>
      }
    >
      <div onKeyDown={(event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(); }}>
        <Form layout="vertical" component="div" className="sharing-form">
          {elsewhere.length > 0 ? <Alert type="error" showIcon title={elsewhere.join(' ')} className="sharing-alert" /> : null}
          {rule?.disabled_reason ? <Alert type="warning" showIcon title={rule.disabled_reason} className="sharing-alert" /> : null}
          <Form.Item label={t('name')} htmlFor="rule-name" required {...item('name')}>
            <Input id="rule-name" autoFocus={!rule} maxLength={80} value={state.name} placeholder={t('namePlaceholder')} onChange={(event) => { change({ name: event.target.value }); }} />
          </Form.Item>
          <Form.Item label={t('which')} {...item('object_name', 'basis')}>
            <Segmented<State['basis']>
              aria-label={t('which')}
              value={state.basis}
              options={[{ value: 'criteria', label: t('whichConditions') }, { value: 'owner', label: t('whichOwner') }]}
              onChange={(basis) => { change({ basis }); }}
            />
          </Form.Item>
          {state.basis === 'owner' ? (
            <Form.Item label={t('source')} required {...item('source_id')}>
              <SubjectPicker label={t('source')} value={state.source} onChange={(source) => { change({ source }); }} />
            </Form.Item>
          ) : (
            <Form.Item label={t('conditions')} required tooltip={t('conditionsHint')} {...item('conditions')}>
              <FilterBuilder object={object} group={state.conditions} ownOnly without={MOVING} onChange={(conditions) => { change({ conditions }); }} />
            </Form.Item>
          )}
          <Form.Item label={t('targets')} {...item('target_id')}>
            <SubjectList label={t('targets')} value={state.targets} onChange={(targets) => { change({ targets }); }} />
          </Form.Item>
          <Form.Item label={t('level')} extra={t('levelHint')}>
            <Segmented<State['level']>
              aria-label={t('level')}
              value={state.level}
              options={[{ value: 'read', label: t('read') }, { value: 'edit', label: t('edit') }]}
              onChange={(level) => { change({ level }); }}
            />
          </Form.Item>
          <Form.Item label={t('description')} htmlFor="rule-description">
            <Input.TextArea id="rule-description" autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2000} value={state.description} onChange={(event) => { change({ description: event.target.value }); }} />
          </Form.Item>
        </Form>
      </div>
    </Drawer>
  );
}

const SETTLE_MS = 400;

/** How far the rule would reach, counted while it is being written. */
function Preview({ draft }: { draft: RuleDraft }) {
  const t = useTexts(sharingTexts);
  const format = useFormat();
  // Its name and text change nothing of what is counted.
  const asked = JSON.stringify({ ...draft, name: '', description: null });
  const settled = useDebounced(asked, SETTLE_MS);
  const counted = JSON.parse(settled) as RuleDraft;
  const found = useRulePreview(says(counted) ? counted : null);
  if (!says(counted)) return <span className="sharing-preview">{t('previewNothing')}</span>;
  if (found.error) return <span className="sharing-preview sharing-wrong">{isApiError(found.error) ? (found.error.problems[0]?.detail ?? found.error.message) : ''}</span>;
  if (!found.data) return <span className="sharing-preview">{t('previewing')}</span>;
  const { records, people } = found.data;
  return (
    <span className="sharing-preview" aria-live="polite">
      {t('preview', { records: format.number(records), records_n: records, people: format.number(people), people_n: people })}
    </span>
  );
}
