import { Checkbox, Segmented, Select } from 'antd';
import type { Conversion } from '@/api/leads';
import type { ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { useTexts } from '@/i18n';
import type { Part } from './conversion';
import { PartForm } from './PartForm';
import { leadTexts } from './texts';

const CONTACTS_MAX = 200;

interface Props {
  object: ObjectModel;
  part: Part | null;
  /** The account that there is; null: a new one, which has no contacts yet. */
  account: string | null;
  found: Conversion;
  problems: Record<string, string[]>;
  onChange: (part: Part | null) => void;
}

/** The contact: a new one, one of the account's, or none. */
export function ContactPart({ object, part, account, found, problems, onChange }: Props) {
  const t = useTexts(leadTexts);
  const contacts = useRecords({ object: 'contact', fields: ['name', 'title'], filter: { field: 'account_id', op: '=', value: account ?? '0' }, order: [{ field: 'name' }], limit: CONTACTS_MAX }, { enabled: account !== null, keep: false });
  const may = found.creatable.contact;
  const start = (fresh: boolean): Part => ({ fresh, id: null, values: part?.values ?? found.values.contact });
  return (
    <section className="convert-part">
      <header>
        <Checkbox checked={part !== null} disabled={!may && account === null} onChange={(event) => { onChange(event.target.checked ? start(may) : null); }}>
          <strong>{t('withContact')}</strong>
        </Checkbox>
        {part && account !== null ? (
          <Segmented
            size="small"
            value={part.fresh ? 'new' : 'existing'}
            options={[{ value: 'new', label: t('makeNew'), disabled: !may }, { value: 'existing', label: t('useExisting') }]}
            onChange={(value) => { onChange(start(value === 'new')); }}
          />
        ) : null}
      </header>
      {part?.fresh ? (
        <PartForm object={object} target="contact" values={part.values} carried={found.values.contact} names={found.names} problems={problems} onChange={(values) => { onChange({ ...part, values }); }} />
      ) : null}
      {part && !part.fresh ? (
        <Select
          aria-label={t('chooseContact')}
          style={{ width: '100%' }}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('chooseContact')}
          notFoundContent={t('noContacts')}
          loading={contacts.isFetching}
          value={part.id}
          options={(contacts.data?.rows ?? []).map((row) => ({ value: row.id, label: [row.name, row.title].filter(Boolean).join(' · ') }))}
          onChange={(id: string) => { onChange({ ...part, id }); }}
        />
      ) : null}
    </section>
  );
}
