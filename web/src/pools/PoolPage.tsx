import { Button, Input, Segmented, Select, Table, type TableColumnType } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { useModel, withNames, type ObjectModel } from '@/api/metadata';
import { useJoinedPools, type JoinedPool } from '@/api/pools';
import { useRecords } from '@/api/query';
import { doBulkAction, useDataChanged } from '@/api/records';
import type { FilterJson, Row } from '@/api/types';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { cursorOf, FIRST_PAGE, nextPage, Pager, previousPage, widgetOf } from '@/records/list';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { textWidth } from '@/ui/textWidth';
import { useDebounced } from '@/ui/useDebounced';
import { useIsPhone } from '@/ui/useViewport';
import { LyingCards } from './LyingCards';
import { poolTexts } from './texts';
import './pools.css';

const PAGE = 50;
const NAME_MIN = 110;
const NAME_MAX = 240;
const NAME_ROOM = 38;
const SHOWN: Record<string, string[]> = {
  lead: ['company_name', 'quality', 'source', 'mobile', 'created_at', 'return_reason_id', 'return_count'],
  account: ['level', 'industry', 'phone', 'address', 'created_at', 'return_reason_id', 'return_count'],
};

/** What salespeople may take: the pools that they are in, what lies there, and how much of it they still may have. */
export default function PoolPage() {
  const { object: name = 'lead' } = useParams();
  const t = useTexts(poolTexts);
  const model = useModel();
  const label = useLabel();
  const object = model.object(name);
  const pools = useJoinedPools(name, object !== undefined);
  const [address, setAddress] = useSearchParams();
  const title = t('pageTitle', { objects: label(object?.label) });
  useEffect(() => { document.title = `${title} · Dougong`; }, [title]);
  const kinds = model.objects.filter((one) => one.field('pool_status') && one.can('read')).map((one) => one.name);
  const chosen = pools.data?.find((one) => one.id === address.get('pool')) ?? pools.data?.[0];
  return (
    <div className="pool-page">
      <header className="pool-head">
        <div>
          <h1>{title}</h1>
          <p>{t('pageHint')}</p>
        </div>
        <nav aria-label={title}>
          {kinds.map((one) => (
            <Link key={one} to={`/pools/${one}`} aria-current={one === name ? 'page' : undefined} className={one === name ? 'current' : undefined}>
              {label(model.object(one)?.plural)}
            </Link>
          ))}
        </nav>
      </header>
      {pools.isPending && object ? <PageSkeleton /> : null}
      {pools.error ? <ErrorState error={pools.error} onRetry={() => void pools.refetch()} /> : null}
      {pools.data?.length === 0 ? <EmptyState title={t('noPools')} hint={t('noPoolsHint')} /> : null}
      {object && chosen ? (
        <>
          <Choice pools={pools.data ?? []} chosen={chosen} onChoose={(id) => { setAddress({ pool: id }, { replace: true }); }} />
          <Lying key={chosen.id} object={object} pool={chosen} />
        </>
      ) : null}
    </div>
  );
}

function Choice({ pools, chosen, onChoose }: { pools: JoinedPool[]; chosen: JoinedPool; onChoose: (id: string) => void }) {
  const t = useTexts(poolTexts);
  const format = useFormat();
  const phone = useIsPhone();
  const options = pools.map((one) => ({ value: one.id, label: one.name }));
  const figures: [string, string][] = [
    [t('unclaimed'), `${format.number(chosen.unclaimed)}${chosen.unclaimed_capped ? '+' : ''}`],
    [t('mine'), format.number(chosen.held)],
    [t('leftToday'), chosen.left_today === null ? t('noLimit') : format.number(chosen.left_today)],
    [t('room'), chosen.room === null ? t('noLimit') : `${format.number(chosen.room.possible)} / ${format.number(chosen.room.maximum)}`],
  ];
  return (
    <div className="pool-choice">
      {pools.length > 1 ? (phone
        ? <Select aria-label={t('pool')} value={chosen.id} options={options} onChange={onChoose} />
        : <Segmented aria-label={t('pool')} value={chosen.id} options={options} onChange={onChoose} />) : <strong>{chosen.name}</strong>}
      <dl>
        {figures.map(([called, value]) => <div key={called}><dt>{called}</dt><dd className="number">{value}</dd></div>)}
      </dl>
    </div>
  );
}

function Lying({ object, pool }: { object: ObjectModel; pool: JoinedPool }) {
  const t = useTexts(poolTexts);
  const label = useLabel();
  const model = useModel();
  const phone = useIsPhone();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const [at, setAt] = useState(FIRST_PAGE);
  const [typed, setTyped] = useState('');
  const [selected, setSelected] = useState<string[]>([]);
  const [busy, setBusy] = useState<string>();
  const sought = useDebounced(typed.trim());
  const fields = (SHOWN[object.name] ?? object.fields.filter((one) => !one.system && one.name !== object.name_field).slice(0, 4).map((one) => one.name)).map((name) => object.field(name)).filter((field) => field !== undefined);
  const lying: FilterJson[] = [{ field: 'pool_id', op: '=', value: pool.id }, { field: 'pool_status', op: '=', value: 'unclaimed' }];
  const found = useRecords({
    object: object.name,
    fields: withNames(model, object.name, [object.name_field, ...fields.map((field) => field.name)]),
    filter: { and: sought ? [...lying, { field: object.name_field, op: 'contains', value: sought }] : lying },
    order: [{ field: 'id', descending: true }],
    limit: PAGE,
    after: cursorOf(at),
    count: true,
  });
  const take = async (ids: string[]) => {
    setBusy(ids.length === 1 ? ids[0] : 'many');
    try {
      await doBulkAction(object.name, ids, 'claim');
      done(t('claimed', { n: ids.length }));
      setSelected([]);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(undefined);
      // What was refused may be taken: then it is no longer here.
      await changed();
    }
  };
  const may = pool.claimable || pool.administers;
  const nameWidth = Math.min(NAME_MAX, Math.max(NAME_MIN, ...(found.data?.rows ?? []).map((row) => NAME_ROOM + textWidth(String(row[object.name_field] ?? '')))));
  const columns: TableColumnType<Row>[] = [
    {
      key: 'name', title: label(object.field(object.name_field)?.label), width: nameWidth, fixed: 'start',
      render: (_, row) => <Link to={`/o/${object.name}/${row.id}`}>{String(row[object.name_field] ?? `#${row.id}`)}</Link>,
    },
    ...fields.map((field): TableColumnType<Row> => {
      const { Cell, width, align } = widgetOf(object, field);
      const blank = pool.hidden.includes(field.name) ? <span className="pool-note">{t('hiddenShort')}</span> : null;
      return {
        key: field.name, title: label(field.label), width, align, ellipsis: true,
        render: (_, row) => (row[field.name] === null || row[field.name] === undefined ? blank : <Cell field={field} value={row[field.name]} row={row} />),
      };
    }),
    ...(may ? [{
      key: '$take', width: 84, fixed: 'end' as const,
      render: (_: unknown, row: Row) => <Button size="small" loading={busy === row.id} disabled={busy !== undefined} onClick={() => void take([row.id])}>{t('claim')}</Button>,
    }] : []),
  ];
  return (
    <section className="pool-lying">
      <div className="pool-tools">
        <Input.Search allowClear style={{ maxWidth: 260 }} placeholder={t('findHere')} aria-label={t('findHere')} value={typed} onChange={(event) => { setTyped(event.target.value); setAt(FIRST_PAGE); }} />
        {selected.length > 0 ? <span>{t('chosen', { n: selected.length })}</span> : null}
        {may && selected.length > 0 ? <Button type="primary" disabled={busy !== undefined} loading={busy === 'many'} onClick={() => void take(selected)}>{t('claimMany', { n: selected.length })}</Button> : null}
        {may ? null : <span className="pool-note">{t('assignedOnly')}</span>}
      </div>
      {found.error ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : phone && found.data?.rows.length ? (
        <LyingCards
          object={object}
          fields={fields}
          hidden={pool.hidden}
          rows={found.data.rows}
          taking={may ? { busy, selected, onSelect: setSelected, onTake: (id) => void take([id]) } : undefined}
        />
      ) : (
        <Table<Row>
          size="small"
          rowKey="id"
          loading={found.isPending}
          dataSource={found.data?.rows ?? []}
          columns={columns}
          pagination={false}
          scroll={{ x: 'max-content' }}
          rowSelection={may ? { selectedRowKeys: selected, onChange: (keys) => { setSelected(keys.map(String)); } } : undefined}
          locale={{ emptyText: found.isPending ? ' ' : <EmptyState title={t('nothingLies')} hint={t('nothingLiesHint')} /> }}
        />
      )}
      {found.data?.next || at !== FIRST_PAGE ? (
        <Pager
          pages={at}
          size={PAGE}
          shown={found.data?.rows.length ?? 0}
          total={found.data?.total}
          capped={found.data?.total_capped ?? false}
          hasNext={Boolean(found.data?.next)}
          busy={found.isFetching}
          onPrevious={() => { setAt(previousPage(at)); }}
          onNext={() => { setAt(nextPage(at, found.data?.next)); }}
        />
      ) : null}
    </section>
  );
}
