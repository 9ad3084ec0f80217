import { DeleteOutlined } from '@ant-design/icons';
import { Button, Card, InputNumber, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { linesOf, useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { createRecord, deleteRecord, restoreRecord, updateRecord, useDataChanged } from '@/api/records';
import { may } from '@/api/rights';
import type { RecordAnswer, Row } from '@/api/types';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { groupThousands, sumOf } from '@/i18n/decimal';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import './catalogue.css';
import { ProductPicker } from './ProductPicker';
import { lineTexts } from './texts';
import { frozenStage } from './frozen';
import { ruled, ruleWords } from './ruled';

const FIELDS = [
  'product_id', 'product.name', 'product.unit', 'quantity', 'list_price', 'unit_price', 'discount', 'amount', 'list_amount',
  'given_by_id', 'given_by.rule.name', 'priced_by_id', 'priced_by.rule.name',
];
const LINES_MAX = 200;

/** The products of a document as a grid: type, tab on, and the amounts follow; the total is the document's amount. */
export default function LinesGrid({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const line = linesOf(useModel(), object.name);
  return line?.master ? <Grid object={object} line={line} link={line.master.field} answer={answer} /> : null;
}

interface GridProps {
  object: ObjectModel;
  line: ObjectModel;
  /** The field by which lines hang on the document. */
  link: string;
  answer: RecordAnswer;
}

function Grid({ object, line, link, answer }: GridProps) {
  const t = useTexts(lineTexts);
  const model = useModel();
  const label = useLabel();
  const format = useFormat();
  const changed = useDataChanged();
  const { done, failed } = useFeedback();
  const { record, can } = answer;
  const has = (name: string) => line.field(name) !== undefined;
  const found = useRecords({
    object: line.name, fields: FIELDS.filter((path) => model.fieldAt(line.name, path) !== undefined),
    filter: { field: link, op: '=', value: record.id }, order: [{ field: 'id' }], limit: LINES_MAX, can: ['update', 'delete'],
  });
  const rows = found.data?.rows ?? [];
  const frozen = frozenStage(object, record);
  const editable = !frozen && can.update && line.can('update');
  const money = (amount: string) => format.moneyIn(record.currency, amount);

  const save = async (row: Row, name: string, value: unknown) => {
    try {
      await updateRecord(line.name, row.id, { [name]: value }, row.version);
    } catch (error) {
      failed(error);
    }
    await changed();
  };
  const add = async (product: string) => {
    try {
      await createRecord(line.name, { [link]: record.id, product_id: product, quantity: '1' });
    } catch (error) {
      failed(error);
    }
    await changed();
  };
  const bringBack = (id: string) => restoreRecord(line.name, id).then(changed, failed);
  const remove = async (row: Row) => {
    try {
      await deleteRecord(line.name, row.id);
      done(t('lineRemoved', { name: productOf(row) }), () => void bringBack(row.id));
    } catch (error) {
      failed(error);
    }
    await changed();
  };
  const number = (name: 'quantity' | 'unit_price' | 'discount' | 'amount', title: string, width: number): TableColumnType<Row>[] => {
    const field = line.field(name);
    if (!field) return [];
    const render = (value: unknown, row: Row) => (editable && may(row, 'update') && field.access === 'edit' && !ruled(row, name)
      ? <NumberCell key={`${row.id}-${String(row.version)}`} label={`${productOf(row)} ${title}`} value={value} most={name === 'discount' ? 100 : undefined} onSave={(text) => void save(row, name, text)} />
      : <span className="number">{value === null || value === undefined ? '—' : MONEY.has(name) ? money(String(value)) : format.number(bare(String(value)))}</span>);
    return [{ key: name, dataIndex: name, title, width, align: 'right', render }];
  };
  const total = sumOf(rows.map((row) => row.amount as string | null));
  const before = sumOf(rows.map((row) => row.list_amount as string | null));
  const off = sumOf([before, `-${total}`]);
  const reduced = has('list_amount') && Number(off) > 0;
  const columns: TableColumnType<Row>[] = [
    { key: 'product', title: t('product'), render: (_, row) => (
        <>
          <Link className="lines-product" to={`/o/${line.name}/${row.id}`} title={productOf(row)}>{productOf(row)}</Link>
          <small className="lines-listed">{[ruleWords(row, t), costsOther(row) ? t('listed', { price: money(String(row.list_price)) }) : null].filter(Boolean).join(' · ')}</small>
        </>
      ),
    },
    ...number('quantity', t('quantity'), 76),
    ...number('unit_price', t('price'), 112),
    ...number('discount', t('discount'), 76),
    ...number('amount', t('amount'), 122),
    ...(editable ? [{
      key: '$remove', width: 40,
      render: (_: unknown, row: Row) => (may(row, 'delete') && !row.given_by_id ? <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('removeLine', { name: productOf(row) })} onClick={() => void remove(row)} /> : null),
    }] : []),
  ];
  return (
    <Card size="small" className="record-section lines-grid" title={<>{label(line.label)} {rows.length > 0 ? <span className="related-count">{rows.length}</span> : null}</>}>
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isSuccess && rows.length === 0 ? <p className="lines-none">{t('noLines')}</p> : null}
      {rows.length > 0 ? <Table<Row> size="small" rowKey="id" pagination={false} columns={columns} dataSource={rows} tableLayout="fixed" scroll={{ x: 600 }} /> : null}
      <div className="lines-foot">
        {editable && line.can('create') ? <ProductPicker book={bookOf(record)} onPick={(product) => void add(product)} /> : <span>{frozen && rows.length > 0 ? t('frozen', { stage: label(frozen.label) }) : ''}</span>}
        {rows.length > 0 && has('amount') ? <span className="lines-total">{reduced ? <span className="lines-off">{t('before')} {money(before)} · {t('off')} {money(off)} · </span> : null}{t('total')}<strong className="number">{money(total)}</strong></span> : null}
      </div>
    </Card>
  );
}

/** Whether somebody entered another price than that of the price book. */
const costsOther = (row: Row): boolean =>
  typeof row.list_price === 'string' && typeof row.unit_price === 'string' && Number(row.list_price) !== Number(row.unit_price);

const MONEY = new Set(['unit_price', 'amount']);

/** The price book of a document, if it has one. */
const bookOf = (record: Row): { id: string; name: string } | undefined =>
  (typeof record.price_book_id === 'string' ? { id: record.price_book_id, name: String(record['price_book.name'] ?? '') } : undefined);

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
