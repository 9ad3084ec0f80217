import { Table, Tag, type TableColumnType } from 'antd';
import { Link } from 'react-router';
import { useModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import type { Row } from '@/api/types';
import { FIELD_WIDGETS } from '@/fields';
import { useTexts } from '@/i18n';
import { listLink } from '@/records/list';
import { ErrorState } from '@/ui/states';
import { organisationTexts } from './texts';

const SHOWN = 100;
const FIELDS = ['name', 'position', 'department_id', 'department.name', 'state', 'phone'];

/** The people of some departments: those for whom it is the main one, then those who also belong to it. */
export function PeopleTable({ departments, showDepartment }: { departments: string[]; showDepartment: boolean }) {
  const t = useTexts(organisationTexts);
  const model = useModel();
  const filter = { field: 'department_id', op: 'in' as const, value: departments };
  const main = useRecords({ object: 'user', fields: FIELDS, filter, order: [{ field: 'active', descending: true }, { field: 'name' }], limit: SHOWN, count: true });
  const others = useRecords({ object: 'user_department', fields: ['user_id', ...FIELDS.map((field) => `user.${field}`)], filter, limit: SHOWN });
  if (main.isError) return <ErrorState error={main.error} onRetry={() => void main.refetch()} />;
  const user = model.object('user');
  const rows: (Row & { also?: boolean })[] = [
    ...(main.data?.rows ?? []),
    ...(others.data?.rows ?? []).map((row) => ({
      ...Object.fromEntries(FIELDS.map((field) => [field, row[`user.${field}`]])), id: String(row.user_id as string), version: row.version, also: true,
    })),
  ];
  const column = (name: string, title: string): TableColumnType<Row>[] => {
    const field = user?.field(name);
    if (!field) return [];
    const { Cell } = FIELD_WIDGETS[field.type];
    return [{ key: name, title, render: (_, row) => (row[name] === null || row[name] === undefined ? null : <Cell field={field} value={row[name]} row={row} />) }];
  };
  const columns: TableColumnType<Row & { also?: boolean }>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (_, row) => <><Link className="name-link" to={`/o/user/${row.id}`}>{String(row.name as string)}</Link>{row.also ? <Tag style={{ marginInlineStart: 8 }}>{t('also')}</Tag> : null}</>,
    },
    ...column('position', t('position')),
    ...(showDepartment ? column('department_id', t('department')) : []),
    ...column('state', t('state')),
    ...column('phone', t('phone')),
  ];
  const total = main.data?.total ?? 0;
  return (
    <>
      <Table<Row & { also?: boolean }>
        size="small"
        className="record-table"
        rowKey={(row) => `${row.id}${row.also ? '+' : ''}`}
        loading={main.isPending}
        pagination={false}
        dataSource={rows}
        columns={columns}
        scroll={{ x: 'max-content' }}
        locale={{ emptyText: main.isPending ? ' ' : t('noPeople') }}
      />
      {total > SHOWN ? <Link className="organisation-all" to={listLink('user', filter)}>{t('more', { n: total })}</Link> : null}
    </>
  );
}
