import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Dropdown, Progress, Tag, Tooltip, type MenuProps } from 'antd';
import { useNavigate } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import { useCalculation, useDeleteRule, useRestoreRule, useSaveRule, type SharingRule } from '@/api/sharing';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { FilterWords } from '@/records/list';
import { useFeedback } from '@/ui/feedback';
import { sharingTexts } from './texts';
import { subjectWords, subjectsWords } from './words';

interface Props {
  object: ObjectModel;
  rule: SharingRule;
  onEdit: () => void;
}

/** A rule in words, how far it is, and what can be done with it. */
export function RuleRow({ object, rule, onEdit }: Props) {
  const t = useTexts(sharingTexts);
  const objects = useLabel()(object.plural);
  const what = rule.source
    ? t('byOwner', { source: subjectWords(rule.source, t), objects })
    : <FilterWords object={object} filter={rule.conditions} around={(conditions) => t('byConditions', { conditions, objects })} />;
  const whom = rule.targets.length > 0 ? t('sharedWith', { targets: subjectsWords(rule.targets, t) }) : t('sharedWithNobody');
  return (
    <li className={rule.active ? 'sharing-rule' : 'sharing-rule off'}>
      <div className="sharing-rule-words">
        <button type="button" className="sharing-rule-name" aria-label={t('editRule', { name: rule.name })} onClick={onEdit}>{rule.name}</button>
        <p>{what} · {whom}</p>
        {rule.disabled_reason ? <p className="sharing-wrong">{rule.disabled_reason}</p> : null}
      </div>
      <Tag color={rule.level === 'edit' ? 'blue' : undefined}>{t(rule.level)}</Tag>
      <State rule={rule} />
      <Acts rule={rule} />
    </li>
  );
}

function State({ rule }: { rule: SharingRule }) {
  const t = useTexts(sharingTexts);
  const format = useFormat();
  const { failed } = useFeedback();
  const cancel = useCalculation('cancel');
  if (rule.progress === 'complete') return <span className="sharing-state"><Tag color="green">{t('complete')}</Tag></span>;
  if (rule.progress === 'off') return <span className="sharing-state"><Tag>{t('off')}</Tag></span>;
  if (rule.progress === 'stopped') return <span className="sharing-state"><Tooltip title={t('stoppedHint')}><Tag color="orange">{t('stopped')}</Tag></Tooltip></span>;
  const percent = rule.total ? Math.min(99, Math.floor((100 * rule.done) / rule.total)) : 0;
  return (
    <span className="sharing-state building" aria-live="polite">
      <Tooltip title={t('buildingHint')}>
        <span>
          <Progress percent={percent} size="small" showInfo={false} aria-label={t('buildingShort')} />
          <small className="number">
            {rule.total === null ? t('waiting') : t('building', { done: format.number(rule.done), total: format.number(rule.total) })}
          </small>
        </span>
      </Tooltip>
      <Button size="small" type="link" disabled={cancel.isPending} onClick={() => { cancel.mutate(rule.id, { onError: failed }); }}>{t('cancelCalculation')}</Button>
    </span>
  );
}

function Acts({ rule }: { rule: SharingRule }) {
  const t = useTexts(sharingTexts);
  const c = useTexts(common);
  const go = useNavigate();
  const { done, failed, confirm } = useFeedback();
  const save = useSaveRule();
  const remove = useDeleteRule();
  const restore = useRestoreRule();
  const again = useCalculation('recalculate');
  const removeAsked = async () => {
    const sure = await confirm({ title: t('deleteAsk', { name: rule.name }), content: t('deleteHint'), ok: c('delete'), cancel: c('cancel'), danger: true });
    if (!sure) return;
    const back = () => { restore.mutate(rule.id, { onSuccess: () => { done(c('undone')); }, onError: failed }); };
    remove.mutate(rule, { onSuccess: () => { done(t('deleted'), back); }, onError: failed });
  };
  const acts: Record<string, () => void> = {
    turn: () => { save.mutate({ draft: { ...rule, active: !rule.active }, rule }, { onError: failed }); },
    again: () => { again.mutate(rule.id, { onError: failed }); },
    history: () => void go(`/o/sharing_rule/${rule.id}`),
    remove: () => void removeAsked(),
  };
  const items: MenuProps['items'] = [
    { key: 'turn', label: t(rule.active ? 'switchOff' : 'switchOn') },
    ...(rule.active && rule.progress !== 'building' ? [{ key: 'again', label: t('recalculate') }] : []),
    { key: 'history', label: t('history') },
    { type: 'divider' },
    { key: 'remove', label: c('delete'), danger: true },
  ];
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items, onClick: ({ key }) => acts[key]?.() }}>
      <Button type="text" icon={<EllipsisOutlined />} aria-label={t('moreOf', { name: rule.name })} />
    </Dropdown>
  );
}
