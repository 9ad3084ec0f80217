import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Switch, Table, Tooltip, type TableProps } from 'antd';
import { useState } from 'react';
import { useChangeDefinitions, useObjectDefinition, type RuleBody } from '@/api/definitions';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import type { TabProps } from '../tabs';
import RuleDrawer from './RuleDrawer';
import './rules.css';
import { ALWAYS, rulesChange, withRule } from './rules';
import { rulesTexts } from './texts';

/** What may not be saved, and what the person who tries is told. */
export default function RulesTab({ object }: TabProps) {
  const t = useTexts(rulesTexts);
  const c = useTexts(common);
  const label = useLabel();
  const { done, failed, confirm } = useFeedback();
  const definition = useObjectDefinition(object);
  const change = useChangeDefinitions();
  const [edited, setEdited] = useState<RuleBody | 'new'>();
  if (definition.isError) return <ErrorState error={definition.error} onRetry={() => void definition.refetch()} />;
  if (!definition.data) return <PageSkeleton />;
  const { body, version } = definition.data;
  const rules = body.validation_rules ?? [];
  const store = (wanted: RuleBody[], told: string) => {
    change.mutate({ changes: rulesChange(object, wanted), version }, { onSuccess: () => { done(told); }, onError: failed });
  };
  const remove = async (rule: RuleBody) => {
    const question = { title: t('deleteTitle', { name: label(rule.label) }), content: t('deleteHint'), ok: c('delete'), cancel: c('cancel'), danger: true };
    if (await confirm(question)) store(rules.filter(({ name }) => name !== rule.name), t('deleted'));
  };
  const add = <Button type="primary" icon={<PlusOutlined />} onClick={() => { setEdited('new'); }}>{t('newRule')}</Button>;
  const columns: TableProps<RuleBody>['columns'] = [
    {
      title: t('name'),
      render: (_, rule) => (
        <>
          <button type="button" className="rules-name" aria-label={t('edit', { name: label(rule.label) })} onClick={() => { setEdited(rule); }}>{label(rule.label)}</button>
          <code className="rules-condition" title={rule.condition}>{rule.condition}</code>
        </>
      ),
    },
    { title: t('message'), responsive: ['md'], render: (_, rule) => label(rule.message) },
    {
      title: t('when'),
      responsive: ['lg'],
      width: 160,
      render: (_, rule) => ((rule.when ?? ALWAYS).length === 2 ? t('always') : t((rule.when ?? ALWAYS)[0] ?? 'create')),
    },
    {
      title: t('active'),
      width: 80,
      render: (_, rule) => (
        <Switch
          size="small"
          aria-label={t('activeOf', { name: label(rule.label) })}
          checked={rule.active !== false}
          loading={change.isPending}
          onChange={(active) => { store(withRule(rules, { ...rule, active }), t(active ? 'switchedOn' : 'switchedOff')); }}
        />
      ),
    },
    {
      key: 'acts',
      width: 48,
      render: (_, rule) => (
        <Tooltip title={c('delete')}>
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('deleteOf', { name: label(rule.label) })} onClick={() => void remove(rule)} />
        </Tooltip>
      ),
    },
  ];
  return (
    <>
      {rules.length > 0 ? (
        <>
          <div className="objects-tools"><p className="rules-hint">{t('hint')}</p>{add}</div>
          <Table<RuleBody> size="middle" rowKey="name" columns={columns} dataSource={rules} pagination={false} />
        </>
      ) : <EmptyState title={t('none')} hint={`${t('hint')}${t('noneHint')}`} action={add} />}
      {edited ? <RuleDrawer definition={definition.data} rule={edited === 'new' ? undefined : edited} onClose={() => { setEdited(undefined); }} /> : null}
    </>
  );
}
