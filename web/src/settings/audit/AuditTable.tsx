import { Table, type TableColumnsType } from 'antd';
import type { ObjectModel } from '@/api/metadata';
import { useFormat, useLabel, useSettings, useTexts } from '@/i18n';
import { OptionTag } from '@/ui/OptionTag';
import { useIsPhone } from '@/ui/useViewport';
import { told, type Entry } from './question';
import { auditTexts } from './texts';

interface Props {
  object: ObjectModel;
  rows: Entry[];
  stale: boolean;
  onOpen: (entry: Entry) => void;
}

/** What an option of the log is called, with its colour or that of the area. */
export function EventTag({ object, entry }: { object: ObjectModel; entry: Entry }) {
  const label = useLabel();
  const event = object.field('event')?.options?.find((o) => o.value === entry.event);
  const area = object.field('area')?.options?.find((o) => o.value === entry.area);
  return <OptionTag text={label(event?.label) || entry.event} color={event?.color ?? area?.color} />;
}

/** Who it was: a person, the product itself, or nobody that is known. */
export function useWho(): (entry: Entry) => string {
  const t = useTexts(auditTexts);
  return (entry) => {
    if (entry.actor_id) return entry.actor_name;
    return entry.actor_name === 'Dougong' ? t('product') : t('nobody');
  };
}

function Details({ text }: { text: string }) {
  const t = useTexts(auditTexts);
  const lines = text.split('\n');
  const rest = lines.length - 2;
  return (
    <>
      {lines.slice(0, 2).map((line, n) => <div key={n} className="audit-text-line" title={line}>{line}</div>)}
      {rest > 0 ? <div className="audit-rest">{t('more', { n: rest })}</div> : null}
    </>
  );
}

export function AuditTable({ object, rows, stale, onOpen }: Props) {
  const t = useTexts(auditTexts);
  const label = useLabel();
  const format = useFormat();
  const phone = useIsPhone();
  const who = useWho();
  const { language } = useSettings();
  const way = (entry: Entry) => label(object.field('via')?.options?.find((o) => o.value === entry.via)?.label) || entry.via;
  if (phone) {
    return (
      <ul className={stale ? 'cards stale' : 'cards'}>
        {rows.map((entry) => (
          <li key={entry.id} className="card">
            <button type="button" className="plain-button audit-card" onClick={() => { onOpen(entry); }}>
              <span className="card-head"><EventTag object={object} entry={entry} /><time className="number">{format.datetime(entry.at)}</time></span>
              <strong>{told(entry, 'subject', language) || '—'}</strong>
              <Details text={told(entry, 'details', language)} />
              <span className="audit-from">{[who(entry), way(entry), entry.ip].filter(Boolean).join(' · ')}</span>
            </button>
          </li>
        ))}
      </ul>
    );
  }
  const columns: TableColumnsType<Entry> = [
    { key: 'at', title: t('time'), width: 165, render: (_, entry) => <time className="number audit-time" dateTime={entry.at}>{format.datetime(entry.at)}</time> },
    { key: 'who', title: t('who'), width: 100, ellipsis: true, render: (_, entry) => who(entry) },
    { key: 'event', title: t('event'), width: 150, render: (_, entry) => <EventTag object={object} entry={entry} /> },
    {
      key: 'subject', title: t('subject'), width: '21%',
      render: (_, entry) => (
        <button type="button" className="plain-button name-link" onClick={() => { onOpen(entry); }}>{told(entry, 'subject', language) || '—'}</button>
      ),
    },
    { key: 'details', title: t('details'), render: (_, entry) => <Details text={told(entry, 'details', language)} /> },
    {
      key: 'from', title: t('from'), width: 160,
      render: (_, entry) => (
        <div className="audit-from">
          <div>{[way(entry), entry.ip].filter(Boolean).join(' · ')}</div>
          {entry.device ? <div className="audit-line" title={entry.device}>{entry.device}</div> : null}
        </div>
      ),
    },
  ];
  return (
    <Table<Entry>
      className={stale ? 'record-table audit-table stale' : 'record-table audit-table'}
      size="small"
      rowKey="id"
      tableLayout="fixed"
      pagination={false}
      columns={columns}
      dataSource={rows}
      onRow={(entry) => ({ onClick: () => { onOpen(entry); } })}
    />
  );
}
