import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Table, type TableColumnType } from 'antd';
import { Link } from 'react-router';
import { layoutOf } from '@/api/arrangement';
import { namePath, useModel, withNames, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { useDeleteRecord, useRestoreRecord } from '@/api/records';
import { may, rowActions } from '@/api/rights';
import type { RecordAnswer, RelatedListMeta, Row } from '@/api/types';
import { FIELD_WIDGETS, useCalled } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { EditableCell, listLink, useCellEdits } from '@/records/list';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { recordTexts } from './texts';

/** Of children that have pages of their own; of parts, which have their place here. */
const SHOWN = 5;
const PARTS_SHOWN = 20;

/** The children of a record that its layout names, for the objects that this person may see. */
export function RelatedLists({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const model = useModel();
  return (
    <>
      {layoutOf(object, answer.record).related
        .filter((related) => model.object(related.object)?.field(related.field))
        .map((related) => (
          <RelatedList key={`${related.object}.${related.field}`} parent={object} answer={answer} related={related} />
        ))}
    </>
  );
}

function RelatedList({ parent, answer, related }: { parent: ObjectModel; answer: RecordAnswer; related: RelatedListMeta }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const model = useModel();
  const openForm = useOpenForm();
  const { record, can } = answer;
  const child = model.object(related.object) as ObjectModel;
  const edits = useCellEdits(child);
  const { remove, removable } = useRemoval(child);
  const called = useCalled();
  const columns = related.columns.filter((path) => model.fieldAt(child.name, path));
  const filter = { field: related.field, op: '=' as const, value: record.id };
  const shown = related.rows ?? (related.parts ? PARTS_SHOWN : SHOWN);
  const found = useRecords({
    object: child.name,
    fields: withNames(model, child.name, [...new Set([child.name_field, ...columns])]),
    filter,
    order: related.sort?.length ? related.sort : [{ field: 'id', descending: true }],
    limit: shown,
    count: true,
    ...(related.parts ? { can: rowActions(child, false) } : {}),
  });
  const title = label(related.label ?? child.plural);
  const rows = found.data?.rows ?? [];
  const total = found.data?.total ?? 0;
  const link = child.field(related.field);
  const add = () => {
    const name = record[parent.name_field];
    const value = link?.type === 'polymorphic' ? { object: parent.name, id: record.id } : record.id;
    openForm({
      object: child.name,
      initial: { [related.field]: value, [namePath(related.field)]: name },
      partBy: related.parts ? related.field : undefined,
    });
  };
  // Who may not do with the master what its details ask for makes none.
  const closed = child.master?.field === related.field && child.master.action !== 'read' && !can[child.master.action];
  const button = child.can('create') && link?.access === 'edit' && !closed
    ? <Button size="small" type="text" icon={<PlusOutlined />} aria-label={t(related.parts ? 'addPart' : 'addOf', { object: label(child.label) })} onClick={add} />
    : null;
  const drawn = columns.map((path): TableColumnType<Row> => {
    const field = model.fieldAt(child.name, path);
    return {
      key: path,
      title: label(field?.label),
      align: FIELD_WIDGETS[field?.type ?? 'text'].align,
      render: (_: unknown, row: Row) => {
        if (path === child.name_field) return <Link to={`/o/${child.name}/${row.id}`}>{String(called(child, path, row) ?? `#${row.id}`)}</Link>;
        return field ? <EditableCell object={child} field={field} path={path} value={row[path]} row={row} edits={related.parts ? edits : undefined} /> : null;
      },
    };
  });
  if (rows.some(removable)) {
    const nameOf = (row: Row) => [namePath(columns[0] ?? ''), columns[0] ?? '', child.name_field].map((path) => row[path]).find((name) => typeof name === 'string') ?? `#${row.id}`;
    drawn.push({
      key: '$remove',
      width: 40,
      fixed: 'end',
      render: (_: unknown, row: Row) => (removable(row) ? (
        <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('removePart', { name: nameOf(row) })} title={t('removePart', { name: nameOf(row) })} onClick={() => void remove(row, nameOf(row))} />
      ) : null),
    });
  }
  return (
    <Card
      size="small"
      className="record-section related"
      title={<>{title} {total > 0 ? <span className="related-count">{total}{found.data?.total_capped ? '+' : ''}</span> : null}</>}
      extra={button}
    >
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isSuccess && rows.length === 0 ? <p className="related-none">{t('noRelated', { objects: title })}</p> : null}
      {rows.length > 0 ? <Table<Row> size="small" rowKey="id" pagination={false} dataSource={rows} scroll={{ x: 'max-content' }} columns={drawn} /> : null}
      {total > shown ? <Link className="related-all" to={listLink(child.name, filter)}>{t('seeAll')}</Link> : null}
      {edits.dialog}
    </Card>
  );
}

/** Taking a part away, and bringing it back. A list that did not ask for the rights to its rows offers neither. */
function useRemoval(child: ObjectModel) {
  const t = useTexts(recordTexts);
  const { done, failed } = useFeedback();
  const deletion = useDeleteRecord(child.name);
  const restoration = useRestoreRecord(child.name);
  const remove = async (row: Row, name: string) => {
    try {
      await deletion.mutateAsync(row.id);
      done(t('partRemoved', { name }), () => { restoration.mutateAsync(row.id).catch(failed); });
    } catch (error) {
      failed(error);
    }
  };
  return { remove, removable: (row: Row) => may(row, 'delete') };
}
