import { Button, Skeleton, Table, type TableColumnType, type TableProps } from 'antd';
import { Link } from 'react-router';
import { useRestoreRecord } from '@/api/records';
import { isLink, namePath, useModel, type ObjectModel } from '@/api/metadata';
import { may } from '@/api/rights';
import type { OrderBy, Row } from '@/api/types';
import { FIELD_WIDGETS, useCalled } from '@/fields';
import { common, useLabel, useTexts } from '@/i18n';
import { Marks } from '@/records/stages';
import { useFeedback } from '@/ui/feedback';
import { textWidth } from '@/ui/textWidth';
import { EditableCell } from './EditableCell';
import { pathLabel } from './FieldPicker';
import { ResizeHandle } from './ResizeHandle';
import { listTexts } from './texts';
import { useCellEdits } from './useCellEdits';
import { useColumnWidths } from './useColumnWidths';

export interface RowsProps {
  object: ObjectModel;
  rows: Row[];
  columns: string[];
  loading: boolean;
  /** Rows of the page before, while the next is on its way. */
  stale: boolean;
  chosen: Row[];
  onChoose: (rows: Row[]) => void;
  deleted: boolean;
}

interface Props extends RowsProps {
  sort: OrderBy[];
  onSort: (sort: OrderBy[]) => void;
}

const NAME_WIDTH = 220;
const SKELETON_ROWS = 12;
const HEAD_ROOM = 44;
const HEAD_MAX = 240;

const OPTION_ROOM = 42;
const OPTION_MAX = 200;

const headWidth = (title: string): number => Math.min(HEAD_MAX, HEAD_ROOM + textWidth(title));

/** What the longest option of a field that offers some takes, so that none is cut in either language. */
const optionWidth = (options: string[]): number =>
  Math.min(OPTION_MAX, Math.max(0, ...options.map((text) => OPTION_ROOM + textWidth(text))));

export function RecordTable({ object, rows, columns, loading, stale, chosen, onChoose, deleted, sort, onSort }: Props) {
  const t = useTexts(listTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const called = useCalled();
  const nameOf = (row: Row): string => String(called(object, object.name_field, row) ?? '') || `#${row.id}`;
  const edits = useCellEdits(object);
  const widths = useColumnWidths(object.name);
  const restore = useRestoreRecord(object.name);
  const { done, failed } = useFeedback();
  // Not by the callbacks of `mutate`: with its last row the table goes, and they with it.
  const bringBack = (id: string) => restore.mutateAsync(id).then(() => { done(t('restoreDone', { n: 1 })); }, failed);

  const built = columns.map((path, index): TableColumnType<Row> => {
    const field = model.fieldAt(object.name, path);
    const widget = FIELD_WIDGETS[field?.type ?? 'text'];
    const sortPath = field && isLink(field) ? namePath(path) : path;
    const order = sort[0]?.field === sortPath ? (sort[0].descending ? 'descend' : 'ascend') : null;
    const isName = path === object.name_field;
    const title = pathLabel(model, object.name, path, label);
    const width = widths.of(path) ?? Math.max(isName ? NAME_WIDTH : widget.width, headWidth(title), optionWidth(field?.type === 'select' ? (field.options ?? []).map((option) => label(option.label)) : []));
    return {
      key: sortPath,
      dataIndex: path,
      title: (
        <>
          <span title={title}>{title}</span>
          <ResizeHandle
            column={title} width={width}
            onDrag={(to) => { widths.drag(path, to); }}
            onDone={(to) => { widths.set(path, to); }}
            onReset={() => { widths.set(path, undefined); }}
          />
        </>
      ),
      width,
      align: widget.align,
      ellipsis: { showTitle: false },
      fixed: index === 0 ? 'start' : undefined,
      sorter: field !== undefined && field.sortable !== false,
      sortOrder: order,
      showSorterTooltip: false,
      render: (value: unknown, row: Row) => {
        if (!field) return null;
        if (isName) return deleted ? nameOf(row) : <span className="name-cell"><Link className="name-link" to={`/o/${object.name}/${row.id}`}>{nameOf(row)}</Link><Marks object={object} row={row} /></span>;
        return <EditableCell object={object} field={field} path={path} value={value} row={row} edits={deleted ? undefined : edits} />;
      },
    };
  });
  if (deleted) {
    built.push({
      key: '$restore',
      title: c('actions'),
      width: 90,
      fixed: 'end',
      render: (_, row) => (may(row, 'delete') ? (
        <Button size="small" type="link" onClick={() => void bringBack(row.id)}>
          {t('restore')}
        </Button>
      ) : null),
    });
  }

  if (loading) return <TableSkeleton />;
  const sorted: TableProps<Row>['onChange'] = (_pages, _filters, sorter) => {
    const one = Array.isArray(sorter) ? sorter[0] : sorter;
    onSort(one?.order && typeof one.columnKey === 'string' ? [{ field: one.columnKey, descending: one.order === 'descend' }] : []);
  };
  const width = built.reduce((sum, column) => sum + Number(column.width), 44);
  return (
    <div className={stale ? 'record-table stale' : 'record-table'}>
      <Table<Row>
        size="small"
        rowKey="id"
        columns={built}
        dataSource={rows}
        pagination={false}
        sticky={{ offsetHeader: 52 }}
        scroll={{ x: width }}
        tableLayout="fixed"
        onChange={sorted}
        rowSelection={{
          columnWidth: 44,
          fixed: true,
          selectedRowKeys: chosen.map((row) => row.id),
          preserveSelectedRowKeys: true,
          onChange: (_keys, selected) => { onChoose(selected); },
          getTitleCheckboxProps: () => ({ 'aria-label': t('selectRow', { name: label(object.plural) }) }),
          getCheckboxProps: (row) => ({ 'aria-label': t('selectRow', { name: nameOf(row) }) }) as object,
        }}
      />
      {edits.dialog}
    </div>
  );
}

function TableSkeleton() {
  return (
    <div className="table-skeleton" aria-busy="true">
      {Array.from({ length: SKELETON_ROWS }, (_, n) => <Skeleton.Input key={n} active block size="small" />)}
    </div>
  );
}
