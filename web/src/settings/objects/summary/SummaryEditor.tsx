import { Form, Segmented, Select, Typography } from 'antd';
import { useState } from 'react';
import { useModel } from '@/api/metadata';
import { useSummaryChildren, type SummaryBody, type SummaryFunction } from '@/api/summaries';
import type { FieldMeta, FieldType } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { FilterBuilder, emptyGroup, emptyRule, fromJson, toJson, type Group } from '@/records/list';
import { PageSkeleton } from '@/ui/states';
import { FUNCTIONS, bodyOf, changed, childKey, draftOf, fieldsFor, typesOf, type SummaryDraft } from './summaryDraft';
import './summary.css';
import { summaryTexts } from './texts';

interface Props {
  /** The object that the roll-up belongs to. */
  object: string;
  value?: SummaryBody;
  /** `types`: those that a field needs to hold the result, the best first. Undefined while something is missing. */
  onChange: (summary: SummaryBody | undefined, types: FieldType[]) => void;
}

const DATES = new Set<FieldType>(['date', 'datetime']);
const MOVING = new Set(['id', 'version', 'updated_at', 'updated_by_id', 'locked_at', 'locked_by_id']);
const SEVERAL_PARTS = new Set<FieldType>(['address', 'location', 'polymorphic']);

/** What conditions may not ask for: what changes without the child being written. */
const unusable = (field: FieldMeta): boolean => MOVING.has(field.name) || SEVERAL_PARTS.has(field.type) || Boolean(field.summary) || field.computed === true;

/** What is rolled up: which children, how, which of their fields, under which conditions. */
export function SummaryEditor({ object, value, onChange }: Props) {
  const t = useTexts(summaryTexts);
  const label = useLabel();
  const model = useModel();
  const children = useSummaryChildren(object);
  const [draft, setDraft] = useState(() => draftOf(value));
  const [group, setGroup] = useState<Group | null>(() => (value?.where ? fromJson(value.where) : null));
  const chosen = children.data?.find((one) => childKey(one) === draft.child);
  const childModel = chosen ? model.object(chosen.object) : undefined;
  const without = new Set((childModel?.fields ?? []).filter(unusable).map(({ name }) => name));
  if (!children.data) return <PageSkeleton />;
  if (children.data.length === 0) return <Typography.Text type="secondary">{t('noChildren')}</Typography.Text>;
  const known = children.data;
  const put = (change: Partial<SummaryDraft>) => {
    const next = changed(draft, change, known);
    if (next.child !== draft.child) setGroup(null);
    setDraft(next);
    const body = bodyOf(next, known);
    onChange(body, typesOf(body, known));
  };
  const putGroup = (next: Group | null) => {
    setGroup(next);
    put({ where: next ? toJson(next) : null });
  };
  const fields = fieldsFor(chosen, draft.function);
  const dated = DATES.has(fields.find(({ name }) => name === draft.of)?.type ?? 'text');
  const word = (one: SummaryFunction) => t(dated && one === 'min' ? 'earliest' : dated && one === 'max' ? 'latest' : one);
  return (
    <>
      <Form.Item label={t('children')} extra={t('childrenHint')} required htmlFor="summary-child">
        <Select
          id="summary-child"
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('choose')}
          value={draft.child}
          options={known.map((one) => ({ value: childKey(one), label: t('childBy', { objects: label(one.plural), field: label(one.field_label) }) }))}
          onChange={(child: string) => { put({ child }); }}
        />
      </Form.Item>
      <Form.Item label={t('function')} extra={t('nothing')}>
        <Segmented<SummaryFunction>
          aria-label={t('function')}
          value={draft.function}
          options={FUNCTIONS.map((one) => ({ value: one, label: word(one) }))}
          onChange={(one) => { put({ function: one }); }}
        />
      </Form.Item>
      {chosen && draft.function !== 'count' ? (
        <Form.Item label={t('of')} required htmlFor="summary-of">
          {fields.length > 0 ? (
            <Select
              id="summary-of"
              showSearch={{ optionFilterProp: 'label' }}
              placeholder={t('choose')}
              value={draft.of}
              options={fields.map((one) => ({ value: one.name, label: label(one.label) }))}
              onChange={(of: string) => { put({ of }); }}
            />
          ) : (
            <Typography.Text type="secondary">{t('noFields')}</Typography.Text>
          )}
        </Form.Item>
      ) : null}
      {childModel ? (
        <Form.Item label={t('where')} extra={group ? t('whereHint') : undefined}>
          <Segmented<'every' | 'some'>
            aria-label={t('where')}
            value={group ? 'some' : 'every'}
            options={[{ value: 'every', label: t('every') }, { value: 'some', label: t('some') }]}
            onChange={(which) => { putGroup(which === 'some' ? emptyGroup('and', [emptyRule()]) : null); }}
          />
          {group ? (
            <div className="summary-where">
              <FilterBuilder object={childModel} group={group} ownOnly without={without} onChange={putGroup} />
            </div>
          ) : null}
        </Form.Item>
      ) : null}
    </>
  );
}
