import { Form, Modal, Select } from 'antd';
import { useState } from 'react';
import { offered } from '@/api/arrangement';
import { isApiError } from '@/api/errors';
import { useModel, type ObjectModel } from '@/api/metadata';
import { doActionTo, useRecord } from '@/api/records';
import type { FieldMeta, Values } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useFormat, useLabel, useTexts } from '@/i18n';
import type { ActionDialogProps } from '@/records/actions';
import { outcomeOf } from '@/records/stages';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { dealTexts } from './texts';

type Asking = 'win' | 'lose' | 'hold';

interface Props extends ActionDialogProps {
  action: Asking;
}

const ASKED = {
  win: ['win_reason', 'reason_description', 'close_date', 'amount'],
  lose: ['lost_reason', 'reason_description', 'close_date'],
  hold: ['hold_reason', 'resume_on', 'hold_description'],
} as const;
const WORDS = {
  win: { ok: 'confirmWin', hint: 'winHint', done: 'doneWin' },
  lose: { ok: 'confirmLose', hint: 'loseHint', done: 'doneLose' },
  hold: { ok: 'confirmHold', hint: 'holdHint', done: 'doneHold' },
} as const;
/** What the action can be given; whatever else a stage needs is filled in on the page before. */
const NEEDED = new Set(['lost_reason', 'hold_reason', 'resume_on']);

/** How it was won or lost, and when; why it waits, and until when. */
function EndDialog({ object: name, ids, open, onClose, action }: Props) {
  const t = useTexts(dealTexts);
  const model = useModel();
  const object = model.object(name);
  const found = useRecord(name, ids.length === 1 ? ids[0] : undefined);
  if (!object || (ids.length === 1 && !found.data)) return null;
  const record: Values = found.data?.record ?? {};
  const editable = found.data?.editable_fields;
  const fields = ASKED[action]
    .map((one) => object.field(one))
    .filter((field): field is FieldMeta => field !== undefined && (editable ? editable.includes(field.name) : field.access === 'edit'))
    // With lines the amount is theirs; it is asked for only where there is none at all.
    .filter((field) => field.name !== 'amount' || (isBlank(record.amount) && !record.line_count));
  return <EndForm key={ids.join()} object={object} ids={ids} record={record} fields={fields} action={action} open={open} onClose={onClose} title={t(action)} />;
}

interface FormProps {
  object: ObjectModel;
  ids: string[];
  record: Values;
  fields: FieldMeta[];
  action: Asking;
  open: boolean;
  title: string;
  onClose: (changed: boolean) => void;
}

function EndForm({ object, ids, record, fields, action, open, title, onClose }: FormProps) {
  const t = useTexts(dealTexts);
  const label = useLabel();
  const format = useFormat();
  const { done, failed } = useFeedback();
  const [values, setValues] = useState<Values>(() => (action === 'hold' ? {} : { close_date: format.today() }));
  const [problems, setProblems] = useState<Record<string, string[]>>({});
  const [busy, setBusy] = useState(false);
  const words = WORDS[action];
  const end = async () => {
    setBusy(true);
    try {
      const given = Object.fromEntries(Object.entries(values).filter(([name, value]) => !isBlank(value) && fields.some((field) => field.name === name)));
      await doActionTo(object.name, ids, action, given);
      done(t(words.done));
      onClose(true);
    } catch (error) {
      const told = isApiError(error) ? error.byField() : {};
      setProblems(told);
      // What belongs to no field of the dialog is told beside it.
      if (!Object.keys(told).some((name) => fields.some((field) => field.name === name))) failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={open} title={title} okText={t(words.ok)} cancelText={t('cancel')} confirmLoading={busy} width={460} afterOpenChange={focusFirst}
      okButtonProps={{ disabled: fields.some((field) => NEEDED.has(field.name) && isBlank(values[field.name])), danger: action === 'lose' }}
      onOk={() => void end()} onCancel={() => { onClose(false); }}
    >
      <p>{t(words.hint)}</p>
      <Form layout="vertical" component="div">
        {fields.map((field) => {
          const { Input } = FIELD_WIDGETS[field.type];
          const told = problems[field.name];
          return (
            <Form.Item key={field.name} label={label(field.label)} htmlFor={`end-${field.name}`} required={NEEDED.has(field.name)} validateStatus={told ? 'error' : undefined} help={told?.join(' ')}>
              <Input id={`end-${field.name}`} field={offered(object, field, record)} value={values[field.name]} record={{ ...record, ...values }} onChange={(value) => { setValues((before) => ({ ...before, [field.name]: value })); }} />
            </Form.Item>
          );
        })}
      </Form>
    </Modal>
  );
}

export const WinDialog = (props: ActionDialogProps) => <EndDialog {...props} action="win" />;
export const LoseDialog = (props: ActionDialogProps) => <EndDialog {...props} action="lose" />;
export const HoldDialog = (props: ActionDialogProps) => <EndDialog {...props} action="hold" />;

/** Back into an open stage: the one from before, unless another is chosen. */
export function ReopenDialog({ object: name, ids, open, onClose }: ActionDialogProps) {
  const t = useTexts(dealTexts);
  const label = useLabel();
  const { done, failed } = useFeedback();
  const object = useModel().object(name);
  const found = useRecord(name, ids.length === 1 ? ids[0] : undefined);
  const [chosen, setChosen] = useState<string>();
  const [busy, setBusy] = useState(false);
  const stage = object?.field(object.stage_field ?? '');
  if (!object || !stage || (ids.length === 1 && !found.data)) return null;
  const record: Values = found.data?.record ?? {};
  const stages = (offered(object, stage, record).options ?? []).filter((option) => option.active !== false && outcomeOf(option) === 'open');
  const before = stages.find((option) => option.value === record.ended_from)?.value;
  // Many go back each to where it was.
  const wanted = chosen ?? before ?? (ids.length === 1 ? stages[0]?.value : undefined);
  const reopen = async () => {
    setBusy(true);
    try {
      await doActionTo(name, ids, 'reopen', wanted ? { [stage.name]: wanted } : {});
      done(t('doneReopen'));
      onClose(true);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open={open} title={t('reopen')} okText={t('reopen')} cancelText={t('cancel')} confirmLoading={busy} width={420} onOk={() => void reopen()} onCancel={() => { onClose(false); }}>
      <p>{t('reopenHint')}</p>
      <Form layout="vertical" component="div">
        <Form.Item label={t('reopenTo')} htmlFor="reopen-stage">
          <Select<string> id="reopen-stage" allowClear={ids.length > 1} placeholder={t('reopenEach')} value={wanted} options={stages.map((option) => ({ value: option.value, label: label(option.label) }))} onChange={setChosen} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
