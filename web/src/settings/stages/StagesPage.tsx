import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Select, Space, Table, Tag, Tooltip, type TableColumnType } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { typesOf } from '@/api/arrangement';
import { tryChanges, useChangeDefinitions } from '@/api/definitions';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useOptionSet, type OptionSetAnswer } from '@/api/optionSets';
import type { FieldMeta, Option } from '@/api/types';
import { useFormat, useLabel, useListing, useTexts } from '@/i18n';
import { ANY_TYPE, outcomeOf, useStageRules } from '@/records/stages';
import { useFeedback } from '@/ui/feedback';
import { OptionTag } from '@/ui/OptionTag';
import { EmptyState } from '@/ui/states';
import { draftOf, newStage, ruleFor } from './settings';
import { StageDrawer } from './StageDrawer';
import './stages.css';
import { stageSettingTexts } from './texts';

/** /settings/stages: the stages of an object, with their rules by record type. */
export default function StagesPage() {
  const t = useTexts(stageSettingTexts);
  const model = useModel();
  const staged = model.objects.filter((one) => one.field(one.stage_field ?? '')?.type === 'select');
  const [name, setName] = useState('opportunity');
  useEffect(() => {
    document.title = `${t('title')} · Dougong`;
  }, [t]);
  const object = staged.find((one) => one.name === name) ?? staged[0];
  const field = object?.field(object.stage_field ?? '');
  if (!object || !field) return <EmptyState title={t('none')} />;
  return <Stages key={object.name} object={object} field={field} staged={staged} onObject={setName} />;
}

interface Props {
  object: ObjectModel;
  field: FieldMeta;
  staged: ObjectModel[];
  onObject: (name: string) => void;
}

function Stages({ object, field, staged, onObject }: Props) {
  const t = useTexts(stageSettingTexts);
  const listing = useListing();
  const label = useLabel();
  const format = useFormat();
  const { done, failed, confirm } = useFeedback();
  const change = useChangeDefinitions();
  const [type, setType] = useState(ANY_TYPE);
  const [edited, setEdited] = useState<Option>();
  const set = useOptionSet(field.option_set ?? undefined).data;
  const { rules, tasks } = useStageRules(object);
  const options = set?.options ?? field.options ?? [];
  const types = typesOf(object);
  const offered = types.find((one) => one.name === type)?.options[field.name];
  const shown = options.filter((option) => type === ANY_TYPE || offered === undefined || offered.includes(option.value));
  const categories = object.field('forecast_category')?.options ?? [];

  const bodyOf = (of: OptionSetAnswer, wanted: Option[]) => ({
    label: of.label, ...(of.help ? { help: of.help } : {}), ...(of.controlled_by ? { controlled_by: of.controlled_by } : {}), options: wanted,
  });
  /** What the stages are called and their order are definitions: they go into force as those do. */
  const store = async (wanted: Option[], told: string): Promise<boolean> => {
    if (!set) return false;
    try {
      await change.mutateAsync({ changes: [{ option_set: set.name, body: bodyOf(set, wanted) }] });
      done(told);
      return true;
    } catch (error) {
      failed(error);
      return false;
    }
  };
  const move = (option: Option, by: number) => {
    const at = options.indexOf(option);
    void store(options.toSpliced(at, 1).toSpliced(at + by, 0, option), t('moved'));
  };
  const remove = async (option: Option) => {
    if (!set) return;
    const without = options.filter((one) => one.value !== option.value);
    try {
      const tried = await tryChanges({ changes: [{ option_set: set.name, body: bodyOf(set, without) }] });
      if (tried.problems.length === 0) {
        await store(without, t('removed'));
        return;
      }
      const content = [...new Set(tried.problems.map((problem) => problem.detail))].slice(0, 3).join(' ');
      const off = await confirm({ title: t('inUseTitle', { name: label(option.label) }), content, ok: t('switchOff'), cancel: t('cancel') });
      if (off) await store(options.map((one) => (one.value === option.value ? { ...one, active: false } : one)), t('saved'));
    } catch (error) {
      failed(error);
    }
  };
  const cell = (key: string, title: string, render: (option: Option) => React.ReactNode, align?: 'right'): TableColumnType<Option> => ({ key, title, align, render: (_, option) => render(option) });
  const quiet = (text: string) => <span className="stage-quiet">{text}</span>;
  const columns: TableColumnType<Option>[] = [
    cell('name', t('stage'), (option) => (
      <Space size={6}>
        <Button type="link" size="small" style={{ paddingInline: 0 }} onClick={() => { setEdited(option); }}><OptionTag text={label(option.label)} color={option.color} faded={option.active === false} /></Button>
        {option.active === false ? <Tag>{t('off')}</Tag> : null}
        {type !== ANY_TYPE && !ruleFor(rules, type, option.value) ? quiet(t('inherited')) : null}
      </Space>
    )),
    cell('outcome', t('outcome'), (option) => t(outcomeOf(option))),
    cell('probability', t('probability'), (option) => {
      const own = draftOf(rules, tasks, type, option.value).probability ?? option.attributes?.probability;
      return own === undefined || own === null ? '—' : <span className="number">{format.percent(String(own as string | number))}</span>;
    }, 'right'),
    ...(categories.length > 0 ? [cell('category', t('category'), (option) => {
      const found = categories.find((one) => one.value === draftOf(rules, tasks, type, option.value).forecast_category);
      return found ? <OptionTag text={label(found.label)} color={found.color} /> : '—';
    })] : []),
    cell('standard', t('standard'), (option) => { const n = draftOf(rules, tasks, type, option.value).standard_days; return n === null ? '—' : t('days', { n }); }, 'right'),
    cell('conditions', t('conditions'), (option) => {
      const rule = draftOf(rules, tasks, type, option.value);
      const needs = rule.required_fields.length + rule.required_on_leaving.length;
      const names = [...rule.required_fields, ...rule.required_on_leaving].map((name) => label(object.field(name)?.label) || name);
      return (
        <Space size={4} wrap>
          {needs > 0 ? <Tooltip title={listing(names)}><Tag color="blue" tabIndex={0}>{t('needs', { n: needs })}</Tag></Tooltip> : null}
          {rule.tasks.length > 0 ? <Tag color="cyan">{t('taskCount', { n: rule.tasks.length })}</Tag> : null}
          {rule.skippable ? null : <Tag color="orange">{t('noSkip')}</Tag>}
          {rule.may_go_back ? null : <Tag color="orange">{t('noBack')}</Tag>}
        </Space>
      );
    }),
    ...(set && type === ANY_TYPE ? [cell('order', '', (option) => (
      <Space size={0}>
        <Button size="small" type="text" icon={<ArrowUpOutlined />} aria-label={`${t('up')} ${label(option.label)}`} disabled={options[0] === option || change.isPending} onClick={() => { move(option, -1); }} />
        <Button size="small" type="text" icon={<ArrowDownOutlined />} aria-label={`${t('down')} ${label(option.label)}`} disabled={options.at(-1) === option || change.isPending} onClick={() => { move(option, 1); }} />
        <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={`${t('remove')} ${label(option.label)}`} disabled={change.isPending} onClick={() => void remove(option)} />
      </Space>
    ), 'right')] : []),
  ];
  return (
    <div className="stage-settings">
      <header className="stage-settings-head">
        <div>
          <h1>{t('title')}</h1>
          <p>{t('hint')}{types.length > 0 ? ` ${t('typeHint')}` : ''}</p>
        </div>
        <div className="stage-settings-tools">
          {staged.length > 1 ? <Select<string> aria-label={t('object')} value={object.name} options={staged.map((one) => ({ value: one.name, label: label(one.label) }))} onChange={onObject} /> : null}
          {types.length > 0 ? <Select<string> aria-label={t('type')} value={type} options={[{ value: ANY_TYPE, label: t('anyType') }, ...types.map((one) => ({ value: one.name, label: label(one.label) }))]} onChange={setType} /> : null}
          {set ? <Button type="primary" icon={<PlusOutlined />} onClick={() => { setType(ANY_TYPE); setEdited(newStage()); }}>{t('add')}</Button> : null}
        </div>
      </header>
      {set ? null : <p className="stage-quiet">{t('elsewhere', { field: label(field.label) })} <Link to={`/settings/objects/${object.name}/fields`}>{label(field.label)}</Link></p>}
      <Table<Option> size="middle" rowKey="value" pagination={false} columns={columns} dataSource={shown} scroll={{ x: 'max-content' }} />
      {edited ? (
        <StageDrawer
          key={`${type}:${edited.value}`} object={object} type={type} option={edited} options={options} named={set !== undefined && type === ANY_TYPE} rules={rules} tasks={tasks}
          onOption={(wanted) => store(edited.value === '' ? [...options.filter((one) => outcomeOf(one) === 'open'), wanted, ...options.filter((one) => outcomeOf(one) !== 'open')] : options.map((one) => (one.value === edited.value ? wanted : one)), t('saved'))}
          onClose={() => { setEdited(undefined); }}
        />
      ) : null}
    </div>
  );
}
