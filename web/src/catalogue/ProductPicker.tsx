import { Select, Tag } from 'antd';
import { useState } from 'react';
import { useRecords } from '@/api/query';
import type { FilterJson, Row } from '@/api/types';
import { useFormat, useTexts } from '@/i18n';
import { useDebounced } from '@/ui/useDebounced';
import { lineTexts } from './texts';

const CHOICES = 20;

export interface PickedProduct {
  id: string;
  name: string;
  configurable: boolean;
}

interface Props {
  /** The price book of the document; without one products have their list prices. */
  book: { id: string; name: string } | undefined;
  /** The document holds bundles: what can be configured is marked. */
  bundles: boolean;
  onPick: (product: PickedProduct) => void;
}

/** Products on sale by name or code; picking one makes a line. */
export function ProductPicker({ book, bundles, onPick }: Props) {
  const t = useTexts(lineTexts);
  const format = useFormat();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const sought = useDebounced(text.trim());
  const at = book ? 'product.' : '';
  const matching: FilterJson[] = sought ? [{ or: [{ field: `${at}name`, op: 'contains', value: sought }, { field: `${at}code`, op: 'contains', value: sought }] }] : [];
  const sold: FilterJson = { or: [{ field: `${at}active`, op: '=', value: true }, { field: `${at}active`, op: 'is null' }] };
  const booked: FilterJson[] = book ? [{ field: 'price_book_id', op: '=', value: book.id }, { field: 'active', op: '=', value: true }] : [];
  // What is sold in bundles only is not offered by itself.
  const alone: FilterJson[] = bundles ? [{ or: [{ field: `${at}sold_alone`, op: '=', value: true }, { field: `${at}sold_alone`, op: 'is null' }] }] : [];
  const price = book ? 'price' : 'list_price';
  const found = useRecords({
    object: book ? 'price_book_entry' : 'product',
    fields: [...(book ? ['product_id', 'price_book.currency'] : []), `${at}name`, `${at}code`, `${at}unit`, ...(bundles ? [`${at}configurable`] : []), price],
    order: [{ field: `${at}name` }], limit: CHOICES, filter: { and: [sold, ...alone, ...booked, ...matching] },
  }, { enabled: open });
  const rows = found.data?.rows ?? [];
  const detail = (row: Row): string => {
    const cost = row[price];
    const unit = row[`${at}unit`];
    const shown = typeof cost === 'string' ? t('unit', { price: format.moneyIn(row['price_book.currency'], cost), unit: typeof unit === 'string' ? unit : '1' }) : null;
    return [row[`${at}code`], shown].filter(Boolean).join(' · ');
  };
  return (
    <Select<string>
      showSearch={{ filterOption: false, searchValue: text, onSearch: setText }} value={null as unknown as string} open={open} onOpenChange={setOpen} placeholder={t('addLine')} aria-label={t('addLine')} popupMatchSelectWidth={320}
      loading={found.isFetching} notFoundContent={found.isFetching ? null : book ? t('notInBook', { book: book.name }) : t('noProducts')}
      options={rows.map((row) => ({ value: String(book ? row.product_id : row.id), label: String(row[`${at}name`]), row }))}
      optionRender={({ data }) => (
        <div className="lookup-option">
          <div><span>{data.label}</span>{data.row[`${at}configurable`] === true ? <Tag className="lines-bundle">{t('configurable')}</Tag> : null}</div>
          <div className="lookup-detail">{detail(data.row)}</div>
        </div>
      )}
      onChange={(id) => {
        const row = rows.find((one) => String(book ? one.product_id : one.id) === id);
        setText('');
        onPick({ id, name: String(row?.[`${at}name`] ?? ''), configurable: row?.[`${at}configurable`] === true });
      }}
    />
  );
}
