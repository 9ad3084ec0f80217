import { Alert, Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { creatableTypes, offered, RECORD_TYPE, typesOf, unfitting } from '@/api/arrangement';
import { isApiError } from '@/api/errors';
import type { ObjectModel } from '@/api/metadata';
import { useUpdateRecord } from '@/api/records';
import type { RecordAnswer, Values } from '@/api/types';
import { FIELD_WIDGETS } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { recordTexts } from './texts';

interface Props {
  object: ObjectModel;
  answer: RecordAnswer;
  onClose: () => void;
}

/** Makes the record be of another type; values that the other type does not offer are chosen anew at once. */
export default function TypeDialog({ object, answer, onClose }: Props) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const { done, failed } = useFeedback();
  const update = useUpdateRecord(object.name);
  const choices = creatableTypes(object).filter(({ name }) => name !== answer.record[RECORD_TYPE]);
  const [name, setName] = useState(choices.length === 1 ? choices[0]?.name : undefined);
  const [values, setValues] = useState<Values>({});
  const [problems, setProblems] = useState<Record<string, string[]>>({});
  const type = typesOf(object).find((one) => one.name === name);
  const wrong = type ? unfitting(object, type, answer.record).filter((field) => answer.editable_fields.includes(field.name)) : [];
  const missing = wrong.some((field) => field.required && (values[field.name] ?? null) === null);
  const save = async () => {
    const mended = Object.fromEntries(wrong.map((field) => [field.name, values[field.name] ?? null]));
    try {
      await update.mutateAsync({ id: answer.record.id, values: { [RECORD_TYPE]: name, ...mended }, version: answer.version });
      done(t('typeChanged', { type: label(type?.label) }));
      onClose();
    } catch (error) {
      if (isApiError(error) && error.status === 422) setProblems(error.byField());
      else failed(error);
    }
  };
  return (
    <Modal
      open
      width={480}
      afterOpenChange={focusFirst}
      title={t('changeType')}
      okText={t('changeType')}
      okButtonProps={{ disabled: !type || missing, loading: update.isPending }}
      onCancel={onClose}
      onOk={() => void save()}
    >
      <Form layout="vertical" component="div" requiredMark>
        <Form.Item label={t('newType')} htmlFor="new-type" help={problems[RECORD_TYPE]?.join(' ')} validateStatus={problems[RECORD_TYPE] ? 'error' : undefined}>
          <Select
            id="new-type"
            value={name}
            options={choices.map((one) => ({ value: one.name, label: label(one.label) }))}
            onChange={(next: string) => { setName(next); setValues({}); setProblems({}); }}
          />
        </Form.Item>
        {type && wrong.length > 0 ? <Alert type="warning" showIcon className="type-unfit" message={t('typeUnfit', { type: label(type.label) })} /> : null}
        {wrong.map((field) => {
          const { Cell, Input } = FIELD_WIDGETS[field.type];
          const shown = offered(object, field, { [RECORD_TYPE]: name });
          return (
            <Form.Item
              key={field.name}
              label={label(field.label)}
              required={field.required}
              htmlFor={`type-${field.name}`}
              validateStatus={problems[field.name] ? 'error' : undefined}
              help={problems[field.name]?.join(' ')}
              extra={<span className="type-was">{t('typeWas')} <Cell field={field} value={answer.record[field.name]} row={answer.record} /></span>}
            >
              <Input id={`type-${field.name}`} field={shown} value={values[field.name] ?? null} onChange={(value) => { setValues({ ...values, [field.name]: value }); }} />
            </Form.Item>
          );
        })}
      </Form>
    </Modal>
  );
}
