import { CloseOutlined, EnvironmentOutlined, PaperClipOutlined } from '@ant-design/icons';
import { Button, DatePicker, Mentions, Segmented, Select, Space, Spin } from 'antd';
import dayjs from 'dayjs';
import { useRef, useState, type ClipboardEvent, type DragEvent } from 'react';
import { usePostActivity } from '@/api/activities';
import { fileUrl } from '@/api/files';
import type { ObjectModel } from '@/api/metadata';
import type { Row, Values } from '@/api/types';
import { useDateFormats, useLabel, useSettings, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import './activities.css';
import { mentionedIn, splitText, type Person } from './mentions';
import { activityTexts } from './texts';
import { useAttachments } from './useAttachments';
import { useMentionable } from './useMentionable';

const KINDS = ['note', 'call', 'visit', 'meeting', 'email', 'task'];
const TALKS = ['call', 'visit', 'meeting'];

interface Props {
  activity: ObjectModel;
  object: ObjectModel;
  record: Row;
  /** A call that was just made: its kind and first words. */
  begun?: { type: string; text: string };
  onCheckIn?: () => void;
}

/** One box to log what was done, plan what comes, mention colleagues and attach files, without leaving the record. */
export function Composer({ activity, object, record, begun, onCheckIn }: Props) {
  const t = useTexts(activityTexts);
  const label = useLabel();
  const { timezone } = useSettings();
  const days = useDateFormats();
  const moments = useDateFormats(true);
  const openForm = useOpenForm();
  const post = usePostActivity();
  const { done, failed } = useFeedback();
  const attachments = useAttachments();
  const mentionable = useMentionable(object.name, record.id);
  const input = useRef<HTMLInputElement>(null);
  const [type, setType] = useState(begun?.type ?? 'note');
  const [text, setText] = useState(begun?.text ?? '');
  const [chosen, setChosen] = useState<Person[]>([]);
  const [due, setDue] = useState<string | null>(null);
  const [at, setAt] = useState<string | null>(null);
  const [intention, setIntention] = useState<string>();
  const [next, setNext] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const task = type === 'task';
  const talk = TALKS.includes(type);
  const planned = type === 'visit' && at !== null && dayjs(at).isAfter(dayjs());
  const options = (name: string) => (activity.field(name)?.options ?? []).map((option) => ({ value: option.value, label: label(option.label) }));
  const kinds = options('type').filter(({ value }) => KINDS.includes(value)).sort((a, b) => KINDS.indexOf(a.value) - KINDS.indexOf(b.value));
  const values = (): Values => ({
    type,
    related_id: { object: object.name, id: record.id },
    ...splitText(text),
    ...(task ? { status: 'open', due_date: due } : {}),
    ...(talk && at ? { start_at: at } : {}),
    ...(talk && intention ? { intention } : {}),
    ...(talk && next ? { next_call_at: next } : {}),
  });
  const clear = () => {
    setText('');
    setChosen([]);
    setDue(null);
    setAt(null);
    setIntention(undefined);
    setNext(null);
    attachments.clear();
  };
  const empty = text.trim() === '';
  const send = async () => {
    if (empty || post.isPending || attachments.waiting) return;
    try {
      const files = attachments.files.flatMap(({ id }) => (id ? [id] : []));
      await post.mutateAsync({ values: values(), mentions: mentionedIn(text, chosen).map(({ id }) => id), files });
      clear();
      done(t('posted'));
    } catch (error) {
      failed(error);
    }
  };
  const take = (event: ClipboardEvent | DragEvent, files: FileList) => {
    if (files.length === 0) return;
    event.preventDefault();
    attachments.add(files);
  };
  const moment = (value: string | null, set: (value: string | null) => void, hint: string, title?: string) => (
    <DatePicker
      size="small"
      showTime={{ format: 'HH:mm', minuteStep: 5 }}
      format={moments}
      placeholder={hint}
      aria-label={hint}
      title={title}
      value={value ? dayjs(value).tz(timezone) : null}
      onChange={(picked: dayjs.Dayjs | null) => { set(picked ? dayjs.tz(picked.format('YYYY-MM-DD HH:mm'), timezone).toISOString() : null); }}
    />
  );
  const write = t(task ? 'writeTask' : 'write');
  return (
    <div
      className={over ? 'composer over' : 'composer'}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => { setOver(false); }}
      onDrop={(event) => { setOver(false); take(event, event.dataTransfer.files); }}
      onPaste={(event) => { take(event, event.clipboardData.files); }}
    >
      <div className="composer-kinds">
        <Segmented size="small" value={type} onChange={setType} options={kinds} />
        {type === 'visit' && onCheckIn ? <Button size="small" icon={<EnvironmentOutlined />} onClick={onCheckIn}>{t('checkIn')}</Button> : null}
      </div>
      <Mentions
        value={text}
        autoSize={{ minRows: 2, maxRows: 8 }}
        placeholder={`${write}  ${t('mentionHint')}`}
        aria-label={write}
        maxLength={10_000}
        loading={mentionable.loading}
        options={mentionable.people.map((person) => ({
          key: person.id,
          value: person.name,
          disabled: !person.sees,
          label: person.sees ? [person.name, person.detail].filter(Boolean).join(' · ') : `${person.name} · ${t('cannotSee')}`,
        }))}
        filterOption={false}
        onSearch={mentionable.search}
        onSelect={({ key = '', value = '' }) => {
          // The box makes its own keys of ours: two colleagues of one name are told apart by how theirs begin.
          const named = mentionable.people.filter(({ name, sees }) => sees && name === value);
          const person = named.find(({ id }) => key.startsWith(id)) ?? named[0];
          if (person) setChosen((people) => [...people, { id: person.id, name: person.name }]);
        }}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          event.stopPropagation();
          void send();
        }}
      />
      {talk || task ? (
        <div className="composer-more">
          {task ? <DatePicker size="small" format={days} placeholder={t('due')} aria-label={t('due')} value={due ? dayjs(due) : null} onChange={(day: dayjs.Dayjs | null) => { setDue(day ? day.format('YYYY-MM-DD') : null); }} /> : null}
          {talk ? moment(at, setAt, t('when')) : null}
          {talk && !planned ? <Select size="small" allowClear placeholder={t('intention')} aria-label={t('intention')} value={intention} options={options('intention')} onChange={setIntention} style={{ minWidth: 110 }} /> : null}
          {talk && !planned ? moment(next, setNext, t('nextCall'), t('nextCallHint')) : null}
        </div>
      ) : null}
      {attachments.files.length > 0 ? (
        <ul className="attachments">
          {attachments.files.map(({ id, key, name, picture }) => (
            <li key={key} className="attachment">
              {id && picture ? <img src={fileUrl(id)} alt="" /> : null}
              {id ? null : <Spin size="small" />}
              <span title={name}>{id ? name : t('uploading', { name })}</span>
              <Button size="small" type="text" icon={<CloseOutlined />} aria-label={t('remove', { name })} onClick={() => { attachments.drop(key); }} />
            </li>
          ))}
        </ul>
      ) : null}
      <div className="composer-foot">
        <input ref={input} type="file" multiple hidden aria-hidden="true" onChange={(event) => { attachments.add(event.target.files ?? []); event.target.value = ''; }} />
        <Button size="small" type="text" icon={<PaperClipOutlined />} aria-label={t('attach')} title={`${t('attach')}（${t('attachHint')}）`} onClick={() => input.current?.click()} />
        <Space size={4}>
          <Button size="small" type="text" onClick={() => { openForm({ object: activity.name, initial: { ...values(), 'related.name': record[object.name_field] }, onSaved: clear }); }}>{t('openFull')}</Button>
          <Button size="small" type="primary" disabled={empty || attachments.waiting} loading={post.isPending} title="Ctrl+Enter" onClick={() => void send()}>
            {t(task ? 'addTask' : planned ? 'plan' : 'post')}
          </Button>
        </Space>
      </div>
    </div>
  );
}
