/** List views as people read them: the object by its name, columns as chips, conditions as a sentence, never API names and JSON. */
import { FilterOutlined } from '@ant-design/icons';
import { Button, Select, Space, Tag } from 'antd';
import { lazy, Suspense, useState, type ComponentType } from 'react';
import { isLink, namePath, useModel, type ObjectModel } from '@/api/metadata';
import { useRecord } from '@/api/records';
import type { FieldMeta, FilterJson, OrderBy, Values } from '@/api/types';
import { FIELD_WIDGETS, type CellProps, type FieldWidget, type InputProps } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { CountdownCell } from '@/pools/Countdown';
import { fieldGroups, pathLabel } from './FieldPicker';
import { FilterWords } from './FilterSummary';
import { filterTexts, listTexts } from './texts';

const FilterDrawer = lazy(() => import('./FilterDrawer'));

function parsed<T>(value: unknown): T | null {
  if (typeof value !== 'string' || value === '') return null;
  try {
    return JSON.parse(value) as T;
  } catch {
    return null;
  }
}

const useShown = (record: Values | undefined): ObjectModel | undefined => {
  const model = useModel();
  return typeof record?.object_name === 'string' ? model.object(record.object_name) : undefined;
};

function ObjectCell({ value }: CellProps) {
  const model = useModel();
  const label = useLabel();
  const name = typeof value === 'string' ? value : '';
  return <span>{label(model.object(name)?.label) || name}</span>;
}

function ObjectInput({ id, value, onChange, disabled, size, status, field }: InputProps) {
  const model = useModel();
  const label = useLabel();
  return (
    <Select<string>
      id={id} disabled={disabled} size={size} status={status} style={{ width: '100%' }} allowClear={!field.required} showSearch={{ optionFilterProp: 'label' }}
      options={model.objects.map((object) => ({ value: object.name, label: label(object.label) }))} value={typeof value === 'string' ? value : undefined}
      onChange={(name: string | undefined) => { onChange(name ?? null); }}
    />
  );
}

function ColumnsCell({ value, row }: CellProps) {
  const model = useModel();
  const label = useLabel();
  const shown = useShown(row);
  const columns = parsed<string[]>(value) ?? [];
  if (!shown) return null;
  return <Space size={[4, 4]} wrap>{columns.map((path) => <Tag key={path}>{pathLabel(model, shown.name, path, label)}</Tag>)}</Space>;
}

function ColumnsInput({ id, value, onChange, disabled, record }: InputProps) {
  const t = useTexts(listTexts);
  const f = useTexts(filterTexts);
  const model = useModel();
  const label = useLabel();
  const shown = useShown(record);
  const groups = shown ? fieldGroups(model, shown, label, f('own'), () => true) : [];
  return (
    <Select<string[]>
      id={id} mode="multiple" disabled={(disabled ?? false) || !shown} style={{ width: '100%' }} placeholder={t(shown ? 'usualColumns' : 'objectFirst')} showSearch={{ optionFilterProp: 'label' }}
      options={groups.map((group, n) => ({ label: group.label, options: group.choices.map((choice) => ({ value: choice.path, label: n === 0 ? choice.label : `${group.label} › ${choice.label}` })) }))}
      value={parsed<string[]>(value) ?? []} onChange={(paths) => { onChange(paths.length > 0 ? JSON.stringify(paths) : null); }}
    />
  );
}

function SortCell({ value, row }: CellProps) {
  const t = useTexts(listTexts);
  const model = useModel();
  const label = useLabel();
  const shown = useShown(row);
  const sort = parsed<OrderBy[]>(value) ?? [];
  if (!shown) return null;
  return <span>{sort.map((one) => t(one.descending ? 'descending' : 'ascending', { field: pathLabel(model, shown.name, one.field ?? '', label) })).join(t('comma'))}</span>;
}

function SortInput({ id, value, onChange, disabled, record }: InputProps) {
  const t = useTexts(listTexts);
  const model = useModel();
  const label = useLabel();
  const shown = useShown(record);
  const choices = (shown?.fields ?? []).filter((field) => field.sortable !== false).flatMap((field) => {
    const path = isLink(field) ? namePath(field.name) : field.name;
    const name = pathLabel(model, shown?.name ?? '', field.name, label);
    return [{ value: path, label: t('ascending', { field: name }) }, { value: `-${path}`, label: t('descending', { field: name }) }];
  });
  return (
    <Select<string[]>
      id={id} mode="multiple" disabled={(disabled ?? false) || !shown} style={{ width: '100%' }} placeholder={t(shown ? 'sortNewest' : 'objectFirst')} showSearch={{ optionFilterProp: 'label' }}
      options={choices} value={(parsed<OrderBy[]>(value) ?? []).map((one) => `${one.descending ? '-' : ''}${one.field ?? ''}`)}
      onChange={(list) => { onChange(list.length > 0 ? JSON.stringify(list.map((one) => (one.startsWith('-') ? { field: one.slice(1), descending: true } : { field: one }))) : null); }}
    />
  );
}

function FilterCell({ value, row }: CellProps) {
  const shown = useShown(row);
  const filter = parsed<FilterJson>(value);
  return shown && filter ? <span><FilterWords object={shown} filter={filter} around={(words) => words} /></span> : null;
}

function FilterInput({ id, value, onChange, disabled, record }: InputProps) {
  const t = useTexts(listTexts);
  const shown = useShown(record);
  const [open, setOpen] = useState(false);
  const filter = parsed<FilterJson>(value);
  return (
    <Space wrap>
      {filter && shown ? <span><FilterWords object={shown} filter={filter} around={(words) => words} /></span> : null}
      <Button id={id} icon={<FilterOutlined />} disabled={(disabled ?? false) || !shown} onClick={() => { setOpen(true); }}>{t(shown ? 'editConditions' : 'objectFirst')}</Button>
      {open && shown ? (
        <Suspense>
          <FilterDrawer object={shown} filter={filter} onApply={(next) => { onChange(next ? JSON.stringify(next) : null); }} onClose={() => { setOpen(false); }} />
        </Suspense>
      ) : null}
    </Space>
  );
}

interface Special {
  Cell: ComponentType<CellProps>;
  Input: ComponentType<InputProps>;
  /** It needs the other fields of the record, so it is edited in the form alone. */
  roomy: boolean;
}

/** The object that a part of a pool is about: it names the pool, which names the object. */
function usePooled(record: Values | undefined): ObjectModel | undefined {
  const model = useModel();
  const shown = useShown(record);
  const pool = typeof record?.pool_id === 'string' ? record.pool_id : undefined;
  const found = useRecord('pool', shown ? undefined : pool);
  const name = found.data?.record.object_name;
  return shown ?? (typeof name === 'string' ? model.object(name) : undefined);
}

function PoolFilterCell({ value, row }: CellProps) {
  const shown = usePooled(row);
  const filter = parsed<FilterJson>(value);
  return shown && filter ? <span><FilterWords object={shown} filter={filter} around={(words) => words} /></span> : null;
}

function PoolFilterInput(props: InputProps) {
  const shown = usePooled(props.record);
  return <FilterInput {...props} record={shown ? { ...props.record, object_name: shown.name } : props.record} />;
}

const POOL_FILTER: Special = { Cell: PoolFilterCell, Input: PoolFilterInput, roomy: true };
const OBJECT: Special = { Cell: ObjectCell, Input: ObjectInput, roomy: true };

const SPECIAL: Readonly<Record<string, Special | undefined>> = {
  'list_view.columns': { Cell: ColumnsCell, Input: ColumnsInput, roomy: true },
  'list_view.sort': { Cell: SortCell, Input: SortInput, roomy: true },
  'pool.hidden_fields': { Cell: ColumnsCell, Input: ColumnsInput, roomy: true },
  'pool_exception.conditions': POOL_FILTER,
  'pool_period.conditions': POOL_FILTER,
  'pool_distribution.conditions': POOL_FILTER,
  'pool_limit.not_counted': POOL_FILTER,
  'price_rule.conditions': { Cell: FilterCell, Input: FilterInput, roomy: true },
  'list_view.filter': { Cell: FilterCell, Input: FilterInput, roomy: true },
};

/** The fields that are no plain text, though they are kept as one: settings name objects, views their columns and conditions. */
export const specialOf = (object: ObjectModel, field: FieldMeta): Special | undefined =>
  SPECIAL[`${object.name}.${field.name}`] ?? (field.name === 'object_name' && field.type === 'text' ? OBJECT : undefined);

/** How a field of an object is drawn and entered. */
export function widgetOf(object: ObjectModel, field: FieldMeta): FieldWidget {
  const widget = FIELD_WIDGETS[field.type];
  const special = specialOf(object, field);
  if (field.name === 'expires_at' && object.field('pool_status')) return { ...widget, Cell: CountdownCell, width: 130 };
  return special ? { ...widget, Cell: special.Cell, Input: special.Input } : widget;
}
