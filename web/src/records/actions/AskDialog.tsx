import { Form, Modal } from 'antd';
import { useState } from 'react';
import { offered } from '@/api/arrangement';
import { isApiError } from '@/api/errors';
import { useModel, type ObjectModel } from '@/api/metadata';
import { doActionTo, useRecord } from '@/api/records';
import type { FieldMeta, SomeAction, Values } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import type { ActionDialogProps } from './registry';
import { actionTexts } from './texts';

interface Props extends ActionDialogProps {
  action: SomeAction;
}

/** What an action asks, as fields of its object; what is refused is told beside the field that it is about. */
export function AskDialog({ action, object: name, ids, open, onClose }: Props) {
  const object = useModel().object(name);
  const found = useRecord(name, ids.length === 1 ? ids[0] : undefined);
  if (!object || (ids.length === 1 && !found.data)) return null;
  return <Asking key={ids.join()} action={action} object={object} record={found.data?.record ?? {}} ids={ids} open={open} onClose={onClose} />;
}

interface AskingProps extends Omit<Props, 'object'> {
  object: ObjectModel;
  record: Values;
}

function Asking({ action, object, record, ids, open, onClose }: AskingProps) {
  const t = useTexts(actionTexts);
  const c = useTexts(common);
  const label = useLabel();
  const { done, failed } = useFeedback();
  const [values, setValues] = useState<Values>({});
  const [problems, setProblems] = useState<Record<string, string[]>>({});
  const [busy, setBusy] = useState(false);
  const name = label(action.label);
  const asked = (action.asks ?? []).map((one) => ({ ...one, meta: object.field(one.field) })).filter((one): one is typeof one & { meta: FieldMeta } => one.meta !== undefined);
  const act = async () => {
    setBusy(true);
    try {
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => !isBlank(value)));
      await doActionTo(object.name, ids, action.name, given);
      done(t('done', { action: name }));
      onClose(true);
    } catch (error) {
      const told = isApiError(error) ? error.byField() : {};
      setProblems(told);
      if (!asked.some((one) => told[one.field])) failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={open} title={name} okText={name} cancelText={c('cancel')} confirmLoading={busy} width={460} afterOpenChange={focusFirst}
      okButtonProps={{ disabled: asked.some((one) => one.needed && isBlank(values[one.field])) }}
      onOk={() => void act()} onCancel={() => { onClose(false); }}
    >
      {action.confirm ? <p>{label(action.confirm)}</p> : null}
      <Form layout="vertical" component="div">
        {asked.map(({ field, needed, meta }) => {
          const { Input } = FIELD_WIDGETS[meta.type];
          const told = problems[field];
          return (
            <Form.Item key={field} label={label(meta.label)} htmlFor={`ask-${field}`} required={needed} validateStatus={told ? 'error' : undefined} help={told?.join(' ')}>
              <Input id={`ask-${field}`} field={offered(object, meta, record)} value={values[field]} record={{ ...record, ...values }} onChange={(value) => { setValues((before) => ({ ...before, [field]: value })); }} />
            </Form.Item>
          );
        })}
      </Form>
    </Modal>
  );
}
