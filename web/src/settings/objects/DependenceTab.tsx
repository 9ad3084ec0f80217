import { Alert, Button, Drawer, Flex, Form, Select, Table, type TableProps } from 'antd';
import { useState } from 'react';
import { useChangeDefinitions, useObjectDefinition, type FieldBody } from '@/api/definitions';
import { isApiError } from '@/api/errors';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useOptionSet } from '@/api/optionSets';
import type { FieldMeta, Label, Option } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import type { Shown } from '@/settings/option-sets/matrix';
import { MatrixTable } from '@/settings/option-sets/MatrixTable';
import { optionSetTexts } from '@/settings/option-sets/texts';
import '@/settings/option-sets/option-sets.css';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, PageSkeleton } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import type { TabProps } from './tabs';

const SELECTS = new Set(['select', 'multi_select']);
const MATRIX_MAX = 60;

/** Which selects of the object depend on another field, and on what its value lets them offer. */
export default function DependenceTab({ object: name }: TabProps) {
  const t = useTexts(optionSetTexts);
  const label = useLabel();
  const object = useModel().object(name);
  const definition = useObjectDefinition(name);
  const [editing, setEditing] = useState<string>();
  if (!definition.data || !object) return <PageSkeleton />;
  const fields = definition.data.body.fields;
  const selects = fields.filter((field) => SELECTS.has(field.type) && !field.maintained);
  const at = fields.find((field) => field.name === editing);
  const titleOf = (wanted: string | undefined) => label(fields.find((field) => field.name === wanted)?.label ?? null);
  const limited = (field: FieldBody) => object.field(field.name)?.options?.filter((option) => option.shown_for).length ?? 0;
  const columns: TableProps<FieldBody>['columns'] = [
    { title: t('dependent'), render: (_, field) => label(field.label) },
    { title: t('controller'), render: (_, field) => (field.controlled_by ? titleOf(field.controlled_by) : <span style={{ color: 'var(--ink-3)' }}>{t('noController')}</span>) },
    { title: t('shownFor'), responsive: ['md'], render: (_, field) => (field.controlled_by ? t('limited', { n: limited(field) }) : null) },
    { width: 90, align: 'right', render: (_, field) => <Button type="link" size="small" onClick={() => { setEditing(field.name); }}>{t('edit')}</Button> },
  ];
  return (
    <>
      <p className="matrix-hint">{t('dependHint')}</p>
      <Table<FieldBody> size="middle" rowKey="name" columns={columns} dataSource={selects} pagination={false} locale={{ emptyText: <EmptyState title={t('noSelects')} /> }} />
      {at ? <DependenceDrawer key={at.name} object={object} fields={fields} field={at} onClose={() => { setEditing(undefined); }} /> : null}
    </>
  );
}

interface DrawerProps {
  object: ObjectModel;
  fields: FieldBody[];
  field: FieldBody;
  onClose: () => void;
}

/** Chooses the controlling field of one select and ticks what is offered for its values. */
export function DependenceDrawer({ object, fields, field, onClose }: DrawerProps) {
  const t = useTexts(optionSetTexts);
  const label = useLabel();
  const phone = useIsPhone();
  const { done, failed } = useFeedback();
  const change = useChangeDefinitions();
  const [by, setBy] = useState(field.controlled_by);
  const meta = object.field(field.name);
  const set = useOptionSet(field.option_set);
  const controller = by ? object.field(by) : undefined;
  const options = meta?.options ?? [];
  const [shown, setShown] = useState<Shown>(() => Object.fromEntries(options.map((option) => [option.value, option.shown_for ?? undefined])));
  const [problems, setProblems] = useState<string[]>([]);
  // A set that depends on the controlling field's set has said it all already.
  const given = field.option_set !== undefined && Boolean(set.data?.controlled_by) && set.data?.controlled_by === controller?.option_set;
  const values = controller ? controllingChoices(controller, label, { true: t('yes'), false: t('no') }) : [];
  const wide = values.length > MATRIX_MAX || options.length > MATRIX_MAX;

  const save = async () => {
    const { name, ...rest } = field;
    const body = { ...rest, ...dependenceOf(field, by, given ? {} : shown) };
    try {
      await change.mutateAsync({ changes: [{ object: object.name, field: name, body }] });
      done(t('saved'));
      onClose();
    } catch (error) {
      if (isApiError(error) && error.problems.length > 0) setProblems(error.problems.map((problem) => problem.detail));
      else failed(error);
    }
  };
  const candidates = fields.filter((one) => one.name !== field.name && (one.type === 'select' || one.type === 'boolean'));
  return (
    <Drawer
      open onClose={onClose} size={phone ? '100%' : 820} title={`${t('dependTitle')} · ${label(field.label)}`}
      footer={<Flex justify="end" gap={8}><Button onClick={onClose}>{t('discard')}</Button><Button type="primary" loading={change.isPending} onClick={() => void save()}>{t('save')}</Button></Flex>}
    >
      {problems.length > 0 ? <Alert type="error" showIcon style={{ marginBottom: 12 }} message={t('problems')} description={problems.join(' ')} /> : null}
      <Form layout="vertical" component="div">
        <Form.Item label={t('controller')} htmlFor="dependence-by" extra={by ? undefined : t('chooseController')}>
          <Select<string>
            id="dependence-by" allowClear placeholder={t('noController')} style={{ width: '100%', maxWidth: 360 }} value={by} showSearch={{ optionFilterProp: 'title' }}
            options={candidates.map((one) => ({ value: one.name, label: label(one.label), title: label(one.label) }))}
            onChange={(next: string | undefined) => { setBy(next); setShown({}); }}
          />
        </Form.Item>
      </Form>
      {controller && given ? <Alert type="info" showIcon message={t('fromSet', { set: label(set.data?.label ?? null) })} /> : null}
      {controller && !given && wide ? <Alert type="info" showIcon message={t('tooWide', { n: Math.max(values.length, options.length) })} /> : null}
      {controller && !given && !wide ? <MatrixTable controlling={values} options={options} shown={shown} onChange={setShown} /> : null}
    </Drawer>
  );
}

function controllingChoices(controller: FieldMeta, label: (of: Label) => string, words: { true: string; false: string }) {
  if (controller.type === 'boolean') return [{ value: 'true', label: words.true }, { value: 'false', label: words.false }];
  return (controller.options ?? []).map((option) => ({ value: option.value, label: label(option.label) }));
}

/** The settings of a field that say on what it depends: a field's own options carry it, one with a set says it beside. */
function dependenceOf(field: FieldBody, by: string | undefined, shown: Shown): Pick<FieldBody, 'controlled_by' | 'shown_for' | 'options'> {
  const limits = by ? shown : {};
  if (field.option_set !== undefined) {
    const named = Object.entries(limits).filter((entry): entry is [string, string[]] => entry[1] !== undefined);
    return { controlled_by: by, shown_for: named.length > 0 ? Object.fromEntries(named) : undefined };
  }
  const options = field.options?.map((option): Option => {
    return { ...option, shown_for: limits[option.value] };
  });
  return { controlled_by: by, options };
}
