import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { Button, Select, Space, Switch, Table, Tag, type TableProps } from 'antd';
import type { ObjectModel } from '@/api/metadata';
import { namesIn, namesOut, type SearchSetting } from '@/api/searchSettings';
import type { FieldMeta, Values } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { searchSettingsTexts } from './texts';

type Held = Pick<SearchSetting, 'active' | 'order_number' | 'searched' | 'shown' | 'scope' | 'foreign_fields'>;

export interface SearchedRow {
  object: ObjectModel;
  /** The setting that is being looked at; undefined where another one holds, or none. */
  setting: SearchSetting | undefined;
  holds: Held;
}

interface Props {
  rows: SearchedRow[];
  saving: boolean;
  /** Settings of one profile: those that are not there are as for everybody. */
  own: boolean;
  onChange: (row: SearchedRow, values: Values) => void;
  onMove: (from: number, to: number) => void;
}

const WORDLESS = new Set<FieldMeta['type']>(['file', 'image', 'location']);

export function ObjectsTable({ rows, saving, own, onChange, onMove }: Props) {
  const t = useTexts(searchSettingsTexts);
  const label = useLabel();
  const called = (row: SearchedRow) => label(row.object.label);
  const columns: TableProps<SearchedRow>['columns'] = [
    {
      title: t('object'),
      width: 190,
      render: (_, row) => <Space size={6}><ObjectIcon icon={row.object.icon} /><span>{called(row)}</span>{own && !row.setting ? <Tag>{t('inherited')}</Tag> : null}</Space>,
    },
    {
      title: t('active'),
      width: 76,
      render: (_, row) => <Switch size="small" aria-label={`${called(row)} ${t('active')}`} checked={row.holds.active} loading={saving} onChange={(active) => { onChange(row, { active }); }} />,
    },
    {
      title: t('order'),
      width: 84,
      render: (_, row, place) => row.holds.active ? (
        <Space.Compact size="small">
          <Button size="small" icon={<ArrowUpOutlined />} aria-label={`${called(row)} ${t('up')}`} disabled={saving || place === 0} onClick={() => { onMove(place, place - 1); }} />
          <Button size="small" icon={<ArrowDownOutlined />} aria-label={`${called(row)} ${t('down')}`} disabled={saving || !rows[place + 1]?.holds.active} onClick={() => { onMove(place, place + 1); }} />
        </Space.Compact>
      ) : null,
    },
    {
      title: t('searched'),
      width: 240,
      render: (_, row) => <Names row={row} name="searched" title={t('searched')} placeholder={t('allSearchable')} fields={row.object.fields.filter((field) => field.searchable || field.name === row.object.name_field)} onChange={onChange} />,
    },
    {
      title: t('shown'),
      width: 240,
      render: (_, row) => <Names row={row} name="shown" title={t('shown')} placeholder={t('asObject')} fields={shownFields(row.object)} onChange={onChange} />,
    },
    {
      title: t('scope'),
      width: 260,
      render: (_, row) => row.holds.active ? <Scope row={row} onChange={onChange} /> : null,
    },
  ];
  return (
    <div className="search-table">
      <Table<SearchedRow> size="small" pagination={false} scroll={{ x: 'max-content' }} rowKey={(row) => row.object.name} dataSource={rows} columns={columns} />
    </div>
  );
}

const shownFields = (object: ObjectModel) => object.fields.filter((field) => !WORDLESS.has(field.type) && field.name !== object.name_field && (!field.system || field.name === 'owner_id'));

interface NamesProps {
  row: SearchedRow;
  name: 'searched' | 'shown' | 'foreign_fields';
  title: string;
  placeholder: string;
  fields: FieldMeta[];
  onChange: (row: SearchedRow, values: Values) => void;
}

function Names({ row, name, title, placeholder, fields, onChange }: NamesProps) {
  const label = useLabel();
  if (!row.holds.active) return null;
  return (
    <Select
      mode="multiple"
      size="small"
      className="search-names"
      maxTagCount="responsive"
      optionFilterProp="label"
      aria-label={`${label(row.object.label)} ${title}`}
      placeholder={placeholder}
      value={namesIn(row.holds[name])}
      options={fields.map((field) => ({ value: field.name, label: label(field.label) }))}
      onChange={(names: string[]) => { onChange(row, { [name]: namesOut(names) }); }}
    />
  );
}

function Scope({ row, onChange }: { row: SearchedRow; onChange: (row: SearchedRow, values: Values) => void }) {
  const t = useTexts(searchSettingsTexts);
  const label = useLabel();
  const { object, holds } = row;
  const name = object.field(object.name_field);
  const readable = object.fields.filter((field) => field.searchable);
  const fields = [...(name ? [name] : []), ...readable.filter((field) => field.name !== object.name_field), ...shownFields(object).filter((field) => !field.searchable)];
  // The name is what people agree to know of each other's records first.
  const choose = (scope: 'own' | 'all') => {
    onChange(row, scope === 'all' ? { scope, foreign_fields: holds.foreign_fields ?? namesOut([object.name_field, ...(object.owned ? ['owner_id'] : [])]) } : { scope });
  };
  return (
    <div className="search-scope">
      <Select size="small" aria-label={`${label(object.label)} ${t('scope')}`} value={holds.scope} options={[{ value: 'own', label: t('own') }, { value: 'all', label: t('all') }]} onChange={choose} />
      {holds.scope === 'all' ? (
        <>
          <span className="search-foreign" title={t('foreignHint')}>{t('foreign')}</span>
          <Names row={row} name="foreign_fields" title={t('foreign')} placeholder={t('chooseForeign')} fields={fields} onChange={onChange} />
        </>
      ) : null}
    </div>
  );
}
