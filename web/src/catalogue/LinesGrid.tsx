import { ControlOutlined, DeleteOutlined } from '@ant-design/icons';
import { Button, Card, InputNumber, Table, type TableColumnType } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { linesOf, useModel, type ObjectModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { createRecord, deleteRecord, restoreRecord, updateRecord, useDataChanged } from '@/api/records';
import { may } from '@/api/rights';
import type { RecordAnswer, Row } from '@/api/types';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { groupThousands, sumOf } from '@/i18n/decimal';
import { selectionIn, type Component } from '@/cpq/selection';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { inTree } from './tree';
import './catalogue.css';
import { ProductPicker, type PickedProduct } from './ProductPicker';
import { lineTexts } from './texts';
import { frozenStage } from './frozen';
import { ruled, ruleWords } from './ruled';

const Configurator = lazy(() => import('@/cpq/Configurator'));

const FIELDS = [
  'product_id', 'product.name', 'product.unit', 'quantity', 'list_price', 'unit_price', 'discount', 'amount', 'list_amount',
  'product.configurable', 'parent_line_id', 'option_id', 'bundled_quantity', 'option.name', 'option.required', 'option.quantity_editable', 'option.bundled',
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
  const phone = useIsPhone();
  const has = (name: string) => line.field(name) !== undefined;
  // Lines of whatever document hold bundles, if they have the fields for it and the reader sees them.
  const bundles = ['parent_line_id', 'option_id', 'bundled_quantity'].every(has);
  const [configured, setConfigured] = useState<{ product: PickedProduct; existing?: Row }>();
  const found = useRecords({
    object: line.name, fields: FIELDS.filter((path) => model.fieldAt(line.name, path) !== undefined),
    filter: { field: link, op: '=', value: record.id }, order: [{ field: 'id' }], limit: LINES_MAX, can: ['update', 'delete'],
  });
  const tree = inTree(found.data?.rows ?? []);
  const rows = tree.map(({ row }) => row);
  const depths = new Map(tree.map(({ row, depth }) => [row.id, depth]));
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
  const add = async (product: PickedProduct) => {
    if (bundles && product.configurable) {
      setConfigured({ product });
      return;
    }
    try {
      await createRecord(line.name, { [link]: record.id, product_id: product.id, quantity: '1' });
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
  // What a line comes to stays in view; a phone has no room for it beside the rest.
  const end = phone ? {} : { fixed: 'end' as const };
  const number = (name: 'quantity' | 'unit_price' | 'discount' | 'amount', title: string, width: number): TableColumnType<Row>[] => {
    const field = line.field(name);
    if (!field) return [];
    const render = (value: unknown, row: Row) => (editable && may(row, 'update') && field.access === 'edit' && !settled(row, name) && !ruled(row, name)
      ? <NumberCell key={`${row.id}-${String(row.version)}`} label={`${productOf(row)} ${title}`} value={value} most={name === 'discount' ? 100 : undefined} onSave={(text) => void save(row, name, text)} />
      : <span className={editable ? 'number lines-fixed' : 'number'}>{value === null || value === undefined ? '—' : MONEY.has(name) ? money(String(value)) : format.number(bare(String(value)))}</span>);
    return [{ key: name, dataIndex: name, title, width, align: 'right', render, ...(name === 'amount' ? end : {}) }];
  };
  const total = sumOf(rows.map((row) => row.amount as string | null));
  const before = sumOf(rows.map((row) => row.list_amount as string | null));
  const off = sumOf([before, `-${total}`]);
  const reduced = has('list_amount') && Number(off) > 0;
  const columns: TableColumnType<Row>[] = [
    {
      key: 'product', title: t('product'),
      render: (_, row) => (
        <span className="lines-name" style={{ paddingInlineStart: 18 * (depths.get(row.id) ?? 0) }}>
          <span>
            <Link className="lines-product" to={`/o/${line.name}/${row.id}`} title={productOf(row)}>{productOf(row)}</Link>
            <small className="lines-listed">{[ruleWords(row, t), costsOther(row) ? t('listed', { price: money(String(row.list_price)) }) : null].filter(Boolean).join(' · ')}</small>
          </span>
          {editable && bundles && row['product.configurable'] === true && may(row, 'update') && depths.get(row.id) === 0 ? (
            <Button size="small" type="text" icon={<ControlOutlined />} aria-label={t('configure', { name: productOf(row) })} title={t('configure', { name: productOf(row) })} onClick={() => { setConfigured({ product: { id: String(row.product_id), name: productOf(row), configurable: true }, existing: row }); }} />
          ) : null}
        </span>
      ),
    },
    ...number('quantity', t('quantity'), 76),
    ...number('unit_price', t('price'), 108),
    ...number('discount', t('discount'), 84),
    ...number('amount', t('amount'), 116),
    ...(editable ? [{
      key: '$remove', width: 40, ...end,
      render: (_: unknown, row: Row) => (may(row, 'delete') && row['option.required'] !== true && !row.given_by_id ? <Button size="small" type="text" icon={<DeleteOutlined />} aria-label={t('removeLine', { name: productOf(row) })} onClick={() => void remove(row)} /> : null),
    }] : []),
  ];
  return (
    <Card size="small" className="record-section lines-grid" title={<>{label(line.label)} {rows.length > 0 ? <span className="related-count">{rows.length}</span> : null}</>}>
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.isSuccess && rows.length === 0 ? <p className="lines-none">{t('noLines')}</p> : null}
      {rows.length > 0 ? <Table<Row> size="small" rowKey="id" pagination={false} columns={columns} dataSource={rows} tableLayout="fixed" scroll={{ x: 600 }} /> : null}
      <div className="lines-foot">
        {editable && line.can('create') ? <ProductPicker book={bookOf(record)} bundles={bundles} onPick={(product) => void add(product)} /> : <span>{frozen && rows.length > 0 ? t('frozen', { stage: label(frozen.label) }) : ''}</span>}
        {rows.length > 0 && has('amount') ? <span className="lines-total">{reduced ? <span className="lines-off">{t('before')} {money(before)} · {t('off')} {money(off)} · </span> : null}{t('total')}<strong className="number">{money(total)}</strong></span> : null}
      </div>
      {bundles && editable ? (
        <Suspense fallback={null}>
          <Configurator
            product={configured?.product} document={{ object: object.name, id: record.id }} currency={record.currency} onClose={() => { setConfigured(undefined); }}
            existing={configured?.existing ? { line: configured.existing.id, version: Number(configured.existing.version), quantity: String(configured.existing.quantity ?? '1'), selection: selectionIn(rows.map(componentOf), configured.existing.id) } : undefined}
          />
        </Suspense>
      ) : null}
    </Card>
  );
}

/** Whether somebody entered another price than that of the price book. */
const costsOther = (row: Row): boolean =>
  typeof row.list_price === 'string' && typeof row.unit_price === 'string' && Number(row.list_price) !== Number(row.unit_price);


const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const componentOf = (row: Row): Component => ({ id: row.id, parent: text(row.parent_line_id), option: text(row.option_id), each: text(row.bundled_quantity) });

/** What of a component follows from its option: a quantity that is fixed, a price that the bundle's covers. */
const settled = (row: Row, name: string): boolean =>
  text(row.option_id) !== null && (name === 'quantity' ? row['option.quantity_editable'] !== true : row['option.bundled'] === true);

const MONEY = new Set(['unit_price', 'amount']);

/** The price book of a document, if it has one. */
const bookOf = (record: Row): { id: string; name: string } | undefined =>
  (typeof record.price_book_id === 'string' ? { id: record.price_book_id, name: String(record['price_book.name'] ?? '') } : undefined);

/** A quantity as one writes it: 3, not 3.0000. */
const bare = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

const productOf = (row: Row): string => text(row['option.name']) ?? text(row['product.name']) ?? `#${row.id}`;

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
