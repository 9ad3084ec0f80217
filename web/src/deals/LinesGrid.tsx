import { DeleteOutlined } from '@ant-design/icons';
import { Button, Card, InputNumber, Select, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { createRecord, deleteRecord, restoreRecord, updateRecord, useDataChanged } from '@/api/records';
import { may } from '@/api/rights';
import type { FilterJson, RecordAnswer, Row } from '@/api/types';
import { useFormat, useTexts } from '@/i18n';
import { groupThousands, sumOf } from '@/i18n/decimal';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { useDebounced } from '@/ui/useDebounced';
import './deals.css';
import { dealTexts } from './texts';

const LINE = 'opportunity_line';
const FIELDS = ['product_id', 'product.name', 'product.unit', 'quantity', 'unit_price', 'discount', 'amount'];
const LINES_MAX = 200;
const CHOICES = 20;

/** The products of a deal as a grid: type, tab on, and the amounts follow; the total is the deal's amount. */
export default function LinesGrid({ answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const model = useModel();
  const line = model.object(LINE);
  return line ? <Grid line={line} answer={answer} /> : null;
}

function Grid({ line, answer }: { line: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(dealTexts);
  const format = useFormat();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const { record, can } = answer;
  const has = (name: string) => line.field(name) !== undefined;
  const found = useRecords({
    object: LINE, fields: FIELDS.filter((path) => has(path.split('.')[0] === 'product' ? 'product_id' : path)),
    filter: { field: 'opportunity_id', op: '=', value: record.id }, order: [{ field: 'id' }], limit: LINES_MAX, can: ['update', 'delete'],
  });
  const rows = found.data?.rows ?? [];
  const frozen = record.outcome === 'won';
  const editable = !frozen && can.update && line.can('update');
  const money = (amount: string) => format.moneyIn(record.currency, amount);

  const save = async (row: Row, name: string, value: unknown) => {
    try {
      await updateRecord(LINE, row.id, { [name]: value }, row.version);
    } catch (error) {
      failed(error);
    }
    await changed();
  };
  const add = async (product: string) => {
    try {
      await createRecord(LINE, { opportunity_id: record.id, product_id: product, quantity: '1' });
    } catch (error) {
      failed(error);
    }
    await changed();
  };
  const bringBack = (id: string) => restoreRecord(LINE, id).then(changed, failed);
  const remove = async (row: Row) => {
    try {
      await deleteRecord(LINE, row.id);
      done(t('lineRemoved', { name: productOf(row) }), () => void bringBack(row.id));
    } catch (error) {
      failed(error);
    }
    await changed();
  };
  const number = (name: 'quantity' | 'unit_price' | 'discount' | 'amount', title: string, width: number): TableColumnType<Row>[] => {
    const field = line.field(name);
    if (!field) return [];
    const render = (value: unknown, row: Row) => (editable && may(row, 'update') && field.access === 'edit'
      ? <NumberCell key={`${row.id}-${String(row.version)}`} label={`${productOf(row)} ${title}`} value={value} most={name === 'discount' ? 100 : undefined} onSave={(text) => void save(row, name, text)} />
      : <span className="number">{value === null || value === undefined ? '—' : name === 'unit_price' || name === 'amount' ? money(String(value)) : format.number(bare(String(value)))}</span>);
    return [{ key: name, dataIndex: name, title, width, align: 'right', render }];
  };
  const columns: TableColumnType<Row>[] = [
    { key: 'product', title: t('product'), render: (_, row) => <Link className="lines-product" to={`/o/${LINE}/${row.id}`} title={productOf(row)}>{productOf(row)}</Link> },
    ...number('quantity', t('quantity'), 86),
    ...number('unit_price', t('price'), 120),
    ...number('discount', t('discount'), 100),
    ...number('amount', t('amount'), 124),
    ...(editable ? [{
      key: '$remove', width: 40,
      render: (_: unknown, row: Row) => (may(row, 'delete') ? <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('removeLine', { name: productOf(row) })} onClick={() => void remove(row)} /> : null),
    }] : []),
  ];
  return (
    <Card size="small" className="record-section lines-grid" title={<>{t('lines')} {rows.length > 0 ? <span className="related-count">{rows.length}</span> : null}</>}>
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isSuccess && rows.length === 0 ? <p className="lines-none">{t('noLines')}</p> : null}
      {rows.length > 0 ? <Table<Row> size="small" rowKey="id" pagination={false} columns={columns} dataSource={rows} tableLayout="fixed" scroll={{ x: 600 }} /> : null}
      <div className="lines-foot">
        {editable && line.can('create') ? <ProductPicker onPick={(product) => void add(product)} /> : <span>{frozen && rows.length > 0 ? t('frozen') : ''}</span>}
        {rows.length > 0 && has('amount') ? <span className="lines-total">{t('total')}<strong className="number">{money(sumOf(rows.map((row) => row.amount as string | null)))}</strong></span> : null}
      </div>
    </Card>
  );
}

/** A quantity as one writes it: 3, not 3.0000. */
const bare = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

const productOf = (row: Row): string => (typeof row['product.name'] === 'string' ? row['product.name'] : `#${row.id}`);

/** A number that is saved when one leaves it, if it has changed. Escape takes it back. */
function NumberCell({ label, value, most, onSave }: { label: string; value: unknown; most?: number; onSave: (text: string | null) => void }) {
  const before = value === null || value === undefined ? null : String(value);
  const [text, setText] = useState(before);
  const leave = () => {
    if ((text === null ? null : Number(text)) !== (before === null ? null : Number(before))) onSave(text);
  };
  return (
    <InputNumber<string>
      size="small" stringMode controls={false} aria-label={label} value={text} min="0" max={most === undefined ? undefined : String(most)} inputMode="decimal"
      formatter={(shown) => groupThousands(String(shown ?? ''))} parser={(shown) => (shown ?? '').replace(/[,，\s¥￥%]/g, '')}
      onChange={(next) => { setText(next === null || next === '' ? null : String(next)); }}
      onBlur={leave} onPressEnter={(event) => { (event.target as HTMLElement).blur(); }}
      onKeyDown={(event) => { if (event.key === 'Escape') setText(before); }}
    />
  );
}

/** Products on sale by name or code; picking one makes a line. */
function ProductPicker({ onPick }: { onPick: (id: string) => void }) {
  const t = useTexts(dealTexts);
  const format = useFormat();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const sought = useDebounced(text.trim());
  const matching: FilterJson[] = sought ? [{ or: [{ field: 'name', op: 'contains', value: sought }, { field: 'code', op: 'contains', value: sought }] }] : [];
  const found = useRecords({
    object: 'product', fields: ['name', 'code', 'list_price', 'unit'], order: [{ field: 'name' }], limit: CHOICES,
    filter: { and: [{ or: [{ field: 'active', op: '=', value: true }, { field: 'active', op: 'is null' }] }, ...matching] },
  }, { enabled: open });
  const rows = found.data?.rows ?? [];
  return (
    <Select<string>
      showSearch={{ filterOption: false, searchValue: text, onSearch: setText }} value={null as unknown as string} open={open} onOpenChange={setOpen} placeholder={t('addLine')} aria-label={t('addLine')}
      loading={found.isFetching} notFoundContent={found.isFetching ? null : t('noProducts')}
      options={rows.map((row) => ({ value: row.id, label: String(row.name), row }))}
      optionRender={({ data }) => (
        <div className="lookup-option">
          <div>{String(data.row.name)}</div>
          <div className="lookup-detail">
            {[data.row.code, typeof data.row.list_price === 'string' ? t('unit', { price: format.money(data.row.list_price), unit: typeof data.row.unit === 'string' ? data.row.unit : '1' }) : null].filter(Boolean).join(' · ')}
          </div>
        </div>
      )}
      onChange={(id) => { setText(''); onPick(id); }}
    />
  );
}
