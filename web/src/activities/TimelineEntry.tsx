import { CarOutlined, CheckCircleOutlined, FileTextOutlined, MailOutlined, MoreOutlined, PaperClipOutlined, PhoneOutlined, TeamOutlined } from '@ant-design/icons';
import { Button, Checkbox, Dropdown, Image, Tag } from 'antd';
import { useContext, type ReactNode } from 'react';
import { Link } from 'react-router';
import { fileUrl } from '@/api/files';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useDeleteRecord, useRestoreRecord, useUpdateRecord } from '@/api/records';
import type { Row } from '@/api/types';
import { UserContext } from '@/api/user';
import { common, useFormat, useLabel, useTexts } from '@/i18n';
import { FIELD_WIDGETS } from '@/fields';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { OptionTag } from '@/ui/OptionTag';
import { partsOf, stageOf } from './entries';
import { pieces } from './mentions';
import { activityTexts } from './texts';

const ICONS: Record<string, ReactNode> = {
  visit: <CarOutlined />,
  call: <PhoneOutlined />,
  email: <MailOutlined />,
  meeting: <TeamOutlined />,
  task: <CheckCircleOutlined />,
  note: <FileTextOutlined />,
};

interface Props {
  activity: ObjectModel;
  row: Row;
  /** The record on whose timeline it stands. */
  of: string;
  onStep: (kind: 'in' | 'out') => void;
}

export function TimelineEntry({ activity, row, of, onStep }: Props) {
  const t = useTexts(activityTexts);
  const c = useTexts(common);
  const label = useLabel();
  const format = useFormat();
  const user = useContext(UserContext);
  const openForm = useOpenForm();
  const update = useUpdateRecord(activity.name);
  const remove = useDeleteRecord(activity.name);
  const restore = useRestoreRecord(activity.name);
  const { done, failed, confirm } = useFeedback();
  const type = String(row.type ?? 'note');
  const option = activity.field('type')?.options?.find(({ value }) => value === type);
  const finished = row.status === 'done';
  const due = typeof row.due_date === 'string' ? row.due_date : null;
  const at = String(row.start_at ?? row.created_at);
  const mine = user?.id === row.owner_id || user?.id === row.created_by_id;
  const planned = type === 'visit' && row.visit_status === 'planned';
  const files = partsOf(row, 'files');
  const mentions = partsOf(row, 'mentions').map((part) => String(part['user.name'] ?? ''));
  const related = activity.field('related_id');
  const stage = stageOf(useModel(), row);
  const elsewhere = related && row.related_id && (row.related_id as { id?: string }).id !== of;

  const set = async (status: string, version: number): Promise<void> => {
    try {
      const saved = await update.mutateAsync({ id: row.id, values: { status }, version });
      const back = status === 'done' ? 'open' : 'done';
      done(t(status === 'done' ? 'taskDone' : 'taskReopened'), () => void set(back, saved.version));
    } catch (error) {
      failed(error);
    }
  };
  const discard = async () => {
    if (!(await confirm({ title: t('deleteAsk'), content: t('deleteHint'), ok: t('delete'), danger: true, cancel: c('cancel') }))) return;
    try {
      await remove.mutateAsync(row.id);
      done(t('deleted'), () => { restore.mutate(row.id, { onError: failed }); });
    } catch (error) {
      failed(error);
    }
  };
  const menu = [
    ...(activity.can('update') ? [{ key: 'edit', label: t('edit'), onClick: () => { openForm({ object: activity.name, id: row.id }); } }] : []),
    ...(activity.can('delete') && (mine || user?.administers) ? [{ key: 'delete', label: t('delete'), danger: true, onClick: () => void discard() }] : []),
  ];
  return (
    <li className={`timeline-entry ${type}`}>
      <span className="timeline-icon" title={label(option?.label)}>{ICONS[type] ?? ICONS.note}</span>
      <div className="timeline-body">
        <div className="timeline-head">
          {type === 'task' ? (
            <Checkbox
              checked={finished}
              disabled={!activity.can('update') || update.isPending}
              aria-label={t('taskDone')}
              onChange={() => void set(finished ? 'open' : 'done', row.version)}
            />
          ) : null}
          <Link to={`/o/${activity.name}/${row.id}`} className={finished ? 'timeline-subject finished' : 'timeline-subject'}>
            <Marked text={String(row.subject ?? '')} names={mentions} />
          </Link>
          {menu.length > 0 ? (
            <Dropdown menu={{ items: menu }} trigger={['click']}>
              <Button className="entry-menu" size="small" type="text" icon={<MoreOutlined />} aria-label={t('more')} />
            </Dropdown>
          ) : null}
        </div>
        {row.content ? <p className="timeline-content"><Marked text={String(row.content)} names={mentions} /></p> : null}
        {type === 'visit' ? <VisitFacts activity={activity} row={row} /> : null}
        <Files parts={files} />
        <div className="timeline-meta">
          <span>{label(option?.label)}</span>
          {row['owner.name'] ? <span>{String(row['owner.name'])}</span> : null}
          {planned
            ? <time dateTime={at} className={row.overdue === true ? 'overdue' : ''}>{row.overdue === true ? `${t('overdue')} · ` : ''}{t('plannedFor', { when: format.datetime(at) })}</time>
            : <time dateTime={at} title={format.datetime(at)}>{format.when(at)}</time>}
          {type === 'task' && due ? <span className={row.overdue === true ? 'overdue' : ''}>{row.overdue === true ? `${t('overdue')} · ` : ''}{t('dueOn', { date: format.date(due) })}</span> : null}
          {stage ? <span>{t('stage', { stage: typeof stage === 'string' ? stage : label(stage) })}</span> : null}
          {row.location_name ? <span>{String(row.location_name)}</span> : null}
          {typeof row.next_call_at === 'string' ? <span>{t('next', { when: format.datetime(row.next_call_at) })}</span> : null}
          {elsewhere ? <span><FIELD_WIDGETS.polymorphic.Cell field={related} value={row.related_id} row={row} /></span> : null}
        </div>
        {mine && planned ? <Button size="small" onClick={() => { onStep('in'); }}>{t('checkIn')}</Button> : null}
        {mine && row.visit_status === 'in_progress' ? <Button size="small" type="primary" onClick={() => { onStep('out'); }}>{t('checkOut')}</Button> : null}
      </div>
    </li>
  );
}

/** The text, those who are mentioned in it marked. */
function Marked({ text, names }: { text: string; names: string[] }) {
  return <>{pieces(text, names).map((piece, n) => (piece.mention ? <span key={n} className="mention">{piece.text}</span> : piece.text))}</>;
}

/** Whether one was there, where, and for how long. */
function VisitFacts({ activity, row }: { activity: ObjectModel; row: Row }) {
  const t = useTexts(activityTexts);
  const label = useLabel();
  const format = useFormat();
  const optionOf = (name: string) => activity.field(name)?.options?.find(({ value }) => value === row[name]);
  const kind = optionOf('visit_type');
  const state = optionOf('position_state');
  const distance = typeof row.distance === 'number' ? row.distance : null;
  const minutes = typeof row.visit_minutes === 'number' ? row.visit_minutes : null;
  if (!kind && !state && minutes === null && !row.checked_in_address) return null;
  return (
    <div className="entry-tags">
      {kind ? <OptionTag text={label(kind.label)} color={kind.color} /> : null}
      {state ? <OptionTag text={label(state.label)} color={state.color} /> : null}
      {distance !== null ? <Tag>{t('metres', { n: format.number(distance) })}</Tag> : null}
      {minutes !== null ? <Tag>{t('minutes', { n: minutes })}</Tag> : null}
      {row.checked_in_address ? <Tag>{String(row.checked_in_address)}</Tag> : null}
    </div>
  );
}

function Files({ parts }: { parts: ReturnType<typeof partsOf> }) {
  const pictures = parts.filter((part) => part.picture && part.file);
  const others = parts.filter((part) => !part.picture && part.file);
  return (
    <>
      {pictures.length > 0 ? (
        <Image.PreviewGroup>
          <div className="entry-pictures">{pictures.map((part) => <Image key={part.id} width={72} height={72} src={fileUrl(part.file ?? '')} alt={part.name ?? ''} />)}</div>
        </Image.PreviewGroup>
      ) : null}
      {others.length > 0 ? (
        <ul className="attachments">
          {others.map((part) => <li key={part.id} className="attachment"><PaperClipOutlined /><a href={fileUrl(part.file ?? '')}>{part.name}</a></li>)}
        </ul>
      ) : null}
    </>
  );
}
