import { Button, DatePicker, Input, Segmented, Space } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { useCreateRecord } from '@/api/records';
import type { Row, Values } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { recordTexts } from './texts';

const QUICK = ['note', 'call', 'visit', 'task'];
const SUBJECT_LENGTH = 60;

/** The first line is the subject; what goes beyond it is the content. */
export function splitText(text: string): Pick<Values, 'subject' | 'content'> {
  const whole = text.trim();
  const line = whole.split('\n')[0] ?? '';
  if (line.length <= SUBJECT_LENGTH) return { subject: line, content: whole.slice(line.length).trim() || null };
  return { subject: `${line.slice(0, SUBJECT_LENGTH - 1)}…`, content: whole };
}

/** One box to log a call or a visit, write a note or plan a task without leaving the record. */
export function QuickActivity({ activity, object, record }: { activity: ObjectModel; object: ObjectModel; record: Row }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const openForm = useOpenForm();
  const create = useCreateRecord(activity.name);
  const { done, failed } = useFeedback();
  const options = (activity.field('type')?.options ?? []).filter(({ value }) => QUICK.includes(value));
  const [type, setType] = useState('note');
  const [text, setText] = useState('');
  const [due, setDue] = useState<string | null>(null);
  const task = type === 'task';
  const values = (): Values => ({
    type,
    related_id: { object: object.name, id: record.id },
    ...splitText(text),
    ...(task ? { status: 'open', due_date: due } : {}),
  });
  const clear = () => {
    setText('');
    setDue(null);
  };
  const post = async () => {
    if (text.trim() === '' || create.isPending) return;
    try {
      await create.mutateAsync(values());
      clear();
      done(t('posted'));
    } catch (error) {
      failed(error);
    }
  };
  return (
    <div className="quick-activity">
      <Segmented
        size="small"
        value={type}
        onChange={setType}
        options={QUICK.flatMap((value) => {
          const option = options.find((o) => o.value === value);
          return option ? [{ value, label: label(option.label) }] : [];
        })}
      />
      <Input.TextArea
        value={text}
        autoSize={{ minRows: 2, maxRows: 8 }}
        placeholder={t(task ? 'writeTask' : 'write')}
        aria-label={t(task ? 'writeTask' : 'write')}
        maxLength={10_000}
        onChange={(event) => { setText(event.target.value); }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          event.stopPropagation();
          void post();
        }}
      />
      <div className="quick-foot">
        {task ? (
          <DatePicker size="small" placeholder={t('due')} value={due ? dayjs(due) : null} onChange={(day: dayjs.Dayjs | null) => { setDue(day ? day.format('YYYY-MM-DD') : null); }} />
        ) : <span />}
        <Space size={4}>
          <Button
            size="small"
            type="text"
            onClick={() => { openForm({ object: activity.name, initial: { ...values(), 'related.name': record[object.name_field] }, onSaved: clear }); }}
          >
            {t('openFull')}
          </Button>
          <Button size="small" type="primary" disabled={text.trim() === ''} loading={create.isPending} title="Ctrl+Enter" onClick={() => void post()}>
            {t(task ? 'addTask' : 'post')}
          </Button>
        </Space>
      </div>
    </div>
  );
}
