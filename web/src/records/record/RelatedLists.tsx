import { PlusOutlined } from '@ant-design/icons';
import { Button, Card, Table } from 'antd';
import { Link } from 'react-router';
import { useModel, withNames, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { RelatedListMeta, Row } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { useOpenForm } from '@/records/openForm';
import { ErrorState } from '@/ui/states';
import { recordTexts } from './texts';

const SHOWN = 5;

/** The children of a record that its layout names, for the objects that this person may see. */
export function RelatedLists({ object, record }: { object: ObjectModel; record: Row }) {
  const model = useModel();
  return (
    <>
      {object.layout.related
        .filter((related) => model.object(related.object)?.field(related.field))
        .map((related) => (
          <RelatedList key={`${related.object}.${related.field}`} parent={object} record={record} related={related} />
        ))}
    </>
  );
}

function RelatedList({ parent, record, related }: { parent: ObjectModel; record: Row; related: RelatedListMeta }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const model = useModel();
  const openForm = useOpenForm();
  const child = model.object(related.object) as ObjectModel;
  const columns = related.columns.filter((path) => model.fieldAt(child.name, path));
  const filter = { field: related.field, op: '=' as const, value: record.id };
  const asked = [child.name_field, ...columns];
  const found = useRecords({
    object: child.name,
    fields: withNames(model, child.name, [...new Set(asked)]),
    filter,
    order: [{ field: 'id', descending: true }],
    limit: SHOWN,
    count: true,
  });
  const title = label(related.label ?? child.plural);
  const rows = found.data?.rows ?? [];
  const total = found.data?.total ?? 0;
  const link = child.field(related.field);
  const add = () => {
    const name = record[parent.name_field];
    const value = link?.type === 'polymorphic' ? { object: parent.name, id: record.id } : record.id;
    openForm({ object: child.name, initial: { [related.field]: value, [`${related.field.replace(/_id$/, '')}.name`]: name } });
  };
  const button = child.can('create') && link?.access === 'edit'
    ? <Button size="small" type="text" icon={<PlusOutlined />} aria-label={t('addOf', { object: label(child.label) })} onClick={add} />
    : null;
  return (
    <Card
      size="small"
      className="record-section related"
      title={<>{title} {total > 0 ? <span className="related-count">{total}{found.data?.total_capped ? '+' : ''}</span> : null}</>}
      extra={button}
    >
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isSuccess && rows.length === 0 ? <p className="related-none">{t('noRelated', { objects: title })}</p> : null}
      {rows.length > 0 ? (
        <Table<Row>
          size="small"
          rowKey="id"
          pagination={false}
          dataSource={rows}
          scroll={{ x: 'max-content' }}
          columns={columns.map((path) => {
            const field = model.fieldAt(child.name, path);
            const widget = FIELD_WIDGETS[field?.type ?? 'text'];
            return {
              key: path,
              title: label(field?.label),
              align: widget.align,
              render: (_: unknown, row: Row) => {
                if (path === child.name_field) return <Link to={`/o/${child.name}/${row.id}`}>{String(row[path] ?? `#${row.id}`)}</Link>;
                return field && !isBlank(row[path]) ? <widget.Cell field={field} value={row[path]} row={row} path={path} /> : null;
              },
            };
          })}
        />
      ) : null}
      {total > SHOWN ? <Link className="related-all" to={listLink(child.name, filter)}>{t('seeAll')}</Link> : null}
    </Card>
  );
}
