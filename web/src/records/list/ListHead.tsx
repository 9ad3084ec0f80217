import {
  CloudUploadOutlined, ColumnWidthOutlined, DeleteOutlined, DownloadOutlined, FilterOutlined, MoreOutlined, PlusOutlined, ReloadOutlined,
  RollbackOutlined, SearchOutlined, SortAscendingOutlined, TableOutlined,
} from '@ant-design/icons';
import { useQueryClient } from '@tanstack/react-query';
import { Badge, Button, Dropdown, Input, Segmented, type MenuProps } from 'antd';
import { useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { keys } from '@/api/keys';
import { kindsOf, type ViewKind } from '@/api/displays';
import type { ListView } from '@/api/listViews';
import { isLink, namePath, useModel, type ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { useDebounced } from '@/ui/useDebounced';
import { useIsPhone } from '@/ui/useViewport';
import { pathLabel } from './FieldPicker';
import { DisplayMenu } from './DisplayMenu';
import { countRules, fromJson } from './filterTree';
import { KIND_ICONS } from './kinds';
import type { Panel } from './ListScreen';
import { listTexts } from './texts';
import type { ListState } from './useListState';
import { useColumnWidths } from './useColumnWidths';
import { ViewPicker } from './ViewPicker';

interface Props {
  object: ObjectModel;
  views: ListView[];
  state: ListState;
  onPanel: (panel: Panel) => void;
}

function QuickFilter({ state }: { state: ListState }) {
  const t = useTexts(listTexts);
  const [text, setText] = useState(state.address.text);
  const settled = useDebounced(text, 250);
  const { change, address } = state;
  useEffect(() => {
    if (settled !== address.text) change({ text: settled });
    // Only what the person typed moves the address; an address that moved by itself is taken up below.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  const [seen, setSeen] = useState(address.text);
  if (seen !== address.text) {
    setSeen(address.text);
    if (address.text !== settled) setText(address.text);
  }
  return (
    <Input
      className="list-quick"
      allowClear
      prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />}
      placeholder={t('quickFilter')}
      aria-label={t('quickFilter')}
      value={text}
      onChange={(event) => { setText(event.target.value); }}
    />
  );
}

function SortMenu({ object, state }: { object: ObjectModel; state: ListState }) {
  const t = useTexts(listTexts);
  const model = useModel();
  const label = useLabel();
  const items: MenuProps['items'] = [
    { key: '', label: t('sortNewest') },
    ...state.columns.flatMap((path) => {
      const field = model.fieldAt(object.name, path);
      if (!field || field.sortable === false) return [];
      const key = isLink(field) ? namePath(path) : path;
      const name = pathLabel(model, object.name, path, label);
      return [{ key, label: t('ascending', { field: name }) }, { key: `-${key}`, label: t('descending', { field: name }) }];
    }),
  ];
  const current = state.sort[0] ? (state.sort[0].descending ? '-' : '') + (state.sort[0].field ?? '') : '';
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items,
        selectable: true,
        selectedKeys: [current],
        style: { maxHeight: 360, overflow: 'auto' },
        onClick: ({ key }) => {
          state.change({ sort: key === '' ? [] : [key.startsWith('-') ? { field: key.slice(1), descending: true } : { field: key }] });
        },
      }}
    >
      <Button icon={<SortAscendingOutlined />} aria-label={t('sort')} title={t('sort')} />
    </Dropdown>
  );
}

/** Above the list: the view, the ways to narrow and to show it, and what can be done. */
export function ListHead({ object, views, state, onPanel }: Props) {
  const t = useTexts(listTexts);
  const label = useLabel();
  const phone = useIsPhone();
  const navigate = useNavigate();
  const client = useQueryClient();
  const openForm = useOpenForm();
  const { address, change } = state;
  const listed = state.kind === 'list';
  const kinds = kindsOf(object);
  const widths = useColumnWidths(object.name);
  const rules = state.filter ? countRules(fromJson(state.filter)) : 0;

  const acts: Record<string, () => void> = {
    export: () => { onPanel('export'); },
    import: () => void navigate(`/import?object=${object.name}`),
    columns: () => { onPanel('columns'); },
    widths: () => { widths.reset(); },
    bin: () => { change({ deleted: true, kind: 'list', filter: null }, true); },
    refresh: () => void client.invalidateQueries({ queryKey: keys.data }),
  };
  const more: MenuProps['items'] = [
    ...(phone ? [{ key: 'columns', icon: <TableOutlined />, label: t('columns') }] : []),
    ...(object.can('export') ? [{ key: 'export', icon: <DownloadOutlined />, label: t('export') }] : []),
    ...(object.can('import') && !object.configuration ? [{ key: 'import', icon: <CloudUploadOutlined />, label: t('import') }] : []),
    ...(widths.any && listed && !phone ? [{ key: 'widths', icon: <ColumnWidthOutlined />, label: t('resetWidths') }] : []),
    { key: 'refresh', icon: <ReloadOutlined />, label: t('refresh') },
    ...(object.can('delete') ? [{ key: 'bin', icon: <DeleteOutlined />, label: t('recycleBin') }] : []),
  ];

  if (address.deleted) {
    return (
      <header className="list-head">
        <div className="list-title">
          <h1>{t('recycleBin')} · {label(object.plural)}</h1>
          <p>{t('recycleHint')}</p>
        </div>
        <div className="list-tools">
          <QuickFilter state={state} />
          <Button icon={<RollbackOutlined />} onClick={() => { change({ deleted: false, kind: null, filter: undefined }); }}>{t('leaveBin')}</Button>
        </div>
      </header>
    );
  }
  return (
    <header className="list-head">
      <ViewPicker object={object} views={views} state={state} />
      <div className="list-tools">
        <QuickFilter state={state} />
        <Badge count={phone ? rules : 0} size="small" color="var(--primary)">
          <Button icon={<FilterOutlined />} onClick={() => { onPanel('filter'); }} aria-label={t('filter')} type={rules > 0 ? 'primary' : 'default'} ghost={rules > 0}>
            {phone ? null : rules > 0 ? t('filterCount', { n: rules }) : t('filter')}
          </Button>
        </Badge>
        {phone && listed ? <SortMenu object={object} state={state} /> : null}
        {phone || !listed ? null : (
          <Button icon={<TableOutlined />} onClick={() => { onPanel('columns'); }}>{t('columns')}</Button>
        )}
        {listed ? null : <DisplayMenu object={object} kind={state.kind} display={state.display} onChange={(display) => { change({ display, kind: state.kind }); }} />}
        {kinds.length > 2 && phone ? (
          <Dropdown trigger={['click']} menu={{ items: kinds.map((kind) => ({ key: kind, icon: KIND_ICONS[kind], label: t(kind) })), selectable: true, selectedKeys: [state.kind], onClick: ({ key }) => { change({ kind: key as ViewKind }, true); } }}>
            <Button icon={KIND_ICONS[state.kind]} aria-label={t('display')} title={t('display')} />
          </Dropdown>
        ) : kinds.length > 1 ? (
          <Segmented<ViewKind>
            aria-label={t('display')}
            value={state.kind}
            options={kinds.map((kind) => ({ value: kind, icon: KIND_ICONS[kind], title: t(kind) }))}
            onChange={(kind) => { change({ kind }, true); }}
          />
        ) : null}
        <Dropdown trigger={['click']} menu={{ items: more, onClick: ({ key }) => acts[key]?.() }}>
          <Button icon={<MoreOutlined />} aria-label={t('moreActions')} title={t('moreActions')} />
        </Dropdown>
        {object.can('create') && !object.single ? (
          <Button type="primary" icon={<PlusOutlined />} aria-label={t('newOf', { object: label(object.label) })} onClick={() => { openForm({ object: object.name }); }}>
            {phone ? null : t('newOf', { object: label(object.label) })}
          </Button>
        ) : null}
      </div>
    </header>
  );
}
