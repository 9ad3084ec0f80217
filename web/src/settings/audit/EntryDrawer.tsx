import { Descriptions, Drawer } from 'antd';
import { Link } from 'react-router';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { EventTag, useWho } from './AuditTable';
import { told, type Entry } from './question';
import { auditTexts } from './texts';

interface Props {
  object: ObjectModel;
  entry: Entry | undefined;
  onClose: () => void;
}

const GONE = new Set(['delete', 'purge']);

/** One entry, whole. */
export function EntryDrawer({ object, entry, onClose }: Props) {
  const t = useTexts(auditTexts);
  const label = useLabel();
  const format = useFormat();
  const who = useWho();
  const model = useModel();
  const { language } = useSettings();
  const items = (of: Entry) => [
    { key: 'time', label: t('time'), children: <span className="number">{format.datetime(of.at)}</span> },
    { key: 'who', label: t('who'), children: who(of) },
    { key: 'event', label: t('event'), children: <EventTag object={object} entry={of} /> },
    { key: 'way', label: t('way'), children: label(object.field('via')?.options?.find((o) => o.value === of.via)?.label) || of.via },
    ...([['ip', of.ip], ['device', of.device], ['reason', of.reason]] as const).flatMap(([key, value]) => (value ? [{ key, label: t(key), children: value }] : [])),
  ];
  const address = entry?.object_name && entry.record_id !== null && model.object(entry.object_name) && !GONE.has(entry.event) ? `/o/${entry.object_name}/${String(entry.record_id)}` : undefined;
  return (
    <Drawer open={entry !== undefined} onClose={onClose} size={560} title={entry ? told(entry, 'subject', language) || t('title') : ''}>
      {entry ? (
        <>
          <Descriptions column={1} size="small" items={items(entry)} />
          {told(entry, 'details', language) ? (
            <ul className="audit-details">
              {told(entry, 'details', language).split('\n').map((line, n) => <li key={n}>{line}</li>)}
            </ul>
          ) : null}
          {address ? <Link to={address} onClick={onClose}>{t('open')}</Link> : null}
        </>
      ) : null}
    </Drawer>
  );
}
