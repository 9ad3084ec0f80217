import { PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Skeleton, Switch, Tag } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link } from 'react-router';
import { useDuplicateKeys } from '@/api/duplicates';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useUpdateRecord } from '@/api/records';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ObjectIcon } from '@/ui/objectIcon';
import { ErrorState } from '@/ui/states';
import { newRule, useDuplicateRules, type DuplicateRule } from './rules';
import { RuleWords } from './RuleWords';
import { duplicateTexts } from './texts';
import './duplicates.css';

const RuleDrawer = lazy(() => import('./RuleDrawer'));

/** /settings/duplicates: the rules of each object. */
export default function DuplicatesPage() {
  const t = useTexts(duplicateTexts);
  const model = useModel();
  const found = useDuplicateRules();
  const [open, setOpen] = useState<DuplicateRule>();
  const title = t('title');
  useEffect(() => { document.title = `${title} · Dougong`; }, [title]);
  const used = new Set(found.data?.map(({ object }) => object));
  const objects = model.objects
    .filter((one) => one.navigation !== null && !one.configuration && one.name !== 'activity' || used.has(one.name))
    .toSorted((a, b) => Number(used.has(b.name)) - Number(used.has(a.name)) || (a.navigation ?? 1000) - (b.navigation ?? 1000));
  return (
    <div className="sharing duplicates">
      <header className="duplicates-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <Link to="/duplicates"><Button>{t('bench')}</Button></Link>
      </header>
      <Building />
      {found.error ? <ErrorState error={found.error} onRetry={found.retry} /> : null}
      {!found.data && !found.error ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
      {found.data ? objects.map((object) => (
        <ObjectPart key={object.name} object={object} rules={found.data?.filter((rule) => rule.object === object.name) ?? []} onOpen={setOpen} />
      )) : null}
      <Suspense>{open ? <RuleDrawer rule={open} onClose={() => { setOpen(undefined); }} /> : null}</Suspense>
    </div>
  );
}

/** Rules may miss older records until these have their keys. */
function Building() {
  const t = useTexts(duplicateTexts);
  const format = useFormat();
  const building = useDuplicateKeys().data?.filter(({ state }) => state === 'building') ?? [];
  if (building.length === 0) return null;
  const sum = (pick: (one: (typeof building)[number]) => number) => format.number(building.reduce((all, one) => all + pick(one), 0));
  return <Alert type="info" showIcon className="sharing-alert" title={t('building', { done: sum((one) => one.done), total: sum((one) => one.total ?? 0) })} />;
}

function ObjectPart({ object, rules, onOpen }: { object: ObjectModel; rules: DuplicateRule[]; onOpen: (rule: DuplicateRule) => void }) {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const name = label(object.label);
  return (
    <section className="sharing-object" aria-label={name}>
      <div className="sharing-object-head">
        <h2><ObjectIcon icon={object.icon} /> {name}</h2>
        <Button size="small" icon={<PlusOutlined />} aria-label={t('newRuleOf', { object: name })} onClick={() => { onOpen(newRule(object.name)); }}>{t('newRule')}</Button>
      </div>
      {rules.length > 0 ? <ul className="sharing-rules">{rules.map((rule) => <RuleRow key={rule.id} rule={rule} onEdit={() => { onOpen(rule); }} />)}</ul> : null}
    </section>
  );
}

const COLORS: Record<string, string> = { block: 'red', warn: 'orange', mark: 'blue' };

function RuleRow({ rule, onEdit }: { rule: DuplicateRule; onEdit: () => void }) {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const model = useModel();
  const { language } = useSettings();
  const { failed } = useFeedback();
  const update = useUpdateRecord('duplicate_rule');
  const option = model.object('duplicate_rule')?.field('action')?.options?.find(({ value }) => value === rule.action);
  const name = (language === 'en' && rule.name_en) || rule.name;
  return (
    <li className={rule.active ? 'sharing-rule duplicate-rule' : 'sharing-rule duplicate-rule off'}>
      <div className="sharing-rule-words">
        <button type="button" className="sharing-rule-name" onClick={onEdit}>{name}</button>
        <p><RuleWords rule={rule} /></p>
      </div>
      <Tag color={COLORS[rule.action]}>{label(option?.label)}</Tag>
      <Switch size="small" aria-label={`${t('on')} ${name}`} checked={rule.active} loading={update.isPending} onChange={(active) => { update.mutate({ id: rule.id ?? '', values: { active } }, { onError: failed }); }} />
    </li>
  );
}
