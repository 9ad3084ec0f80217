import { PlusOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { FilterJson, RecordAnswer } from '@/api/types';
import { useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { useDebounced } from '@/ui/useDebounced';
import { mapTexts } from './texts';
import type { ContactMap, MapChanges } from './useMap';

interface Props {
  object: ObjectModel;
  answer: RecordAnswer;
  map: ContactMap;
  changes: MapChanges;
}

const CHOICES = 20;

/** A new contact of the account; for a deal one that is there already, those of its account first. */
export function AddPerson({ object, answer, map, changes }: Props) {
  const t = useTexts(mapTexts);
  const model = useModel();
  const openForm = useOpenForm();
  const { record } = answer;
  const contact = model.object('contact');
  const account = map.deal ? record.account_id : record.id;
  const accountName = map.deal ? record['account.name'] : record[object.name_field];
  const fresh = contact?.can('create') ? (
    <Button
      size="small" icon={<PlusOutlined />}
      onClick={() => {
        openForm({ object: 'contact', initial: account ? { account_id: account, 'account.name': accountName } : {}, onSaved: (saved) => { if (map.deal && map.editable) void changes.join(saved.id); } });
      }}
    >
      {t('newContact')}
    </Button>
  ) : null;
  return (
    <div className="map-adding">
      {map.deal && map.editable ? <Known account={account} taken={map.people.map((person) => person.id)} onPick={(id) => void changes.join(id)} /> : null}
      {fresh}
    </div>
  );
}

function Known({ account, taken, onPick }: { account: unknown; taken: string[]; onPick: (id: string) => void }) {
  const t = useTexts(mapTexts);
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const sought = useDebounced(text.trim());
  // Without a text those of the account; with one everybody: advisers and partners belong to the decision, too.
  const filter: FilterJson | null = sought ? { field: 'name', op: 'contains', value: sought } : typeof account === 'string' ? { field: 'account_id', op: '=', value: account } : null;
  const found = useRecords({ object: 'contact', fields: ['name', 'title', 'account.name'], filter, order: [{ field: 'name' }], limit: CHOICES }, { enabled: open });
  const rows = (found.data?.rows ?? []).filter((row) => !taken.includes(row.id));
  return (
    <Select<string>
      size="small" className="map-add" showSearch={{ filterOption: false, searchValue: text, onSearch: setText }} value={null as unknown as string} open={open} onOpenChange={setOpen}
      placeholder={t('addContact')} aria-label={t('addContact')} loading={found.isFetching} popupMatchSelectWidth={260}
      options={rows.map((row) => ({ value: row.id, label: String(row.name), row }))}
      optionRender={({ data }) => (
        <div className="lookup-option">
          <div>{String(data.row.name)}</div>
          <div className="lookup-detail">{[data.row.title, data.row['account.name']].filter(Boolean).join(' · ')}</div>
        </div>
      )}
      onChange={(id) => { setText(''); setOpen(false); onPick(id); }}
    />
  );
}
