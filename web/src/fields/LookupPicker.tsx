import { Button, Select, Spin } from 'antd';
import { useState } from 'react';
import { useLookup, useNames, type Proposal, type LookupRow } from '@/api/lookup';
import { useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { BeyondTag } from '@/ui/BeyondTag';
import { useDebounced } from '@/ui/useDebounced';
import { detailText } from './phone';
import { fieldTexts } from './texts';

interface PickerProps {
  object: string;
  value: string[];
  /** Names that are known of the present values, by id. */
  names?: Record<string, string>;
  onChange: (ids: string[], rows: LookupRow[]) => void;
  multiple?: boolean;
  /** Choices above the found records: 我（当前用户）. */
  extra?: LookupRow[];
  /** What the field proposes goes by this; all others are a click away. */
  proposal?: Omit<Proposal, 'all'>;
  id?: string;
  /** What it is called where no label stands beside it. */
  label?: string;
  placeholder?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  openAtOnce?: boolean;
  allowClear?: boolean;
  size?: 'small' | 'middle' | 'large';
  status?: 'error';
}

/** Finds records of an object by typing; asks the server, which shows only what the reader may see. */
export function LookupPicker(props: PickerProps) {
  const { object, value, names, onChange, multiple, extra = [] } = props;
  const t = useTexts(fieldTexts);
  const label = useLabel();
  const objects = label(useModel().object(object)?.plural);
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState(props.openAtOnce ?? false);
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const settled = useDebounced(typed);
  const found = useLookup(object, settled, open, props.proposal && { ...props.proposal, all });
  // Nothing may be chosen from the answer to an older text: Enter would take the wrong record.
  const waiting = settled !== typed || found.isPlaceholderData;
  const rows = waiting ? [] : [...extra.filter((row) => (row.name ?? '').includes(typed)), ...(found.data?.rows ?? [])];
  const strangers = value.filter((id) => !id.startsWith('$') && !names?.[id] && !chosen[id]);
  const asked = useNames(object, strangers);
  const known = (id: string): string | null =>
    [...extra, ...(found.data?.rows ?? [])].find((row) => row.id === id)?.name ?? chosen[id] ?? names?.[id] ?? asked.data?.[id] ?? (asked.isFetching ? '…' : null);

  const take = (ids: string[]) => {
    const taken = ids.map((id) => rows.find((row) => row.id === id) ?? { id, name: known(id) });
    setChosen({ ...chosen, ...Object.fromEntries(taken.map((row) => [row.id, row.name ?? ''])) });
    onChange(ids, taken);
  };

  return (
    <Select<string | string[]>
      id={props.id}
      aria-label={props.label}
      size={props.size}
      status={props.status}
      disabled={props.disabled}
      autoFocus={props.autoFocus}
      allowClear={props.allowClear}
      mode={multiple ? 'multiple' : undefined}
      showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }}
      style={{ width: '100%' }}
      placeholder={props.placeholder ?? t('typeToFind')}
      open={open}
      onOpenChange={setOpen}
      loading={found.isFetching}
      popupMatchSelectWidth={280}
      notFoundContent={waiting || found.isFetching ? <Spin size="small" /> : found.isError ? t('findFailed') : t(found.data?.narrowed ? 'noneProposed' : 'nothingFound')}
      popupRender={(menu) => (props.proposal && (all || found.data?.narrowed) ? (
        <>
          {menu}
          <div className="lookup-more" onMouseDown={(event) => { event.preventDefault(); }}>
            <Button type="link" size="small" onClick={() => { setAll(!all); }}>{t(all ? 'findProposed' : 'findAll', { objects })}</Button>
          </div>
        </>
      ) : menu)}
      options={rows.map((row) => ({ value: row.id, title: row.name ?? '', label: row.name ?? t('noAccess'), detail: row.detail, beyond: row.beyond }))}
      // What is chosen has its name even where the found options do not contain it.
      labelRender={({ value: id }) => known(String(id)) ?? t('noAccess')}
      optionRender={({ data }) => (
        <div className="lookup-option">
          <div>{data.label} {typeof data.beyond === 'string' ? <BeyondTag mark={data.beyond} title={t('beyondHint')} /> : null}</div>
          {data.detail ? <div className="lookup-detail">{detailText(data.detail)}</div> : null}
        </div>
      )}
      value={multiple ? value : value[0]}
      onChange={(given: string | string[] | undefined) => {
        setTyped('');
        take(given === undefined ? [] : Array.isArray(given) ? given : [given]);
      }}
    />
  );
}
