import { Select } from 'antd';
import { useState } from 'react';
import { useRecords } from '@/api/query';
import type { FilterJson, Row } from '@/api/types';
import { useFormat, useTexts } from '@/i18n';
import { useDebounced } from '@/ui/useDebounced';
import { lineTexts } from './texts';

const CHOICES = 20;

interface Props {
  /** The price book of the document; without one products have their list prices. */
  book: { id: string; name: string } | undefined;
  onPick: (product: string) => void;
}

/** Products on sale by name or code; picking one makes a line. */
export function ProductPicker({ book, onPick }: Props) {
  const t = useTexts(lineTexts);
  const format = useFormat();
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const sought = useDebounced(text.trim());
  const at = book ? 'product.' : '';
  const matching: FilterJson[] = sought ? [{ or: [{ field: `${at}name`, op: 'contains', value: sought }, { field: `${at}code`, op: 'contains', value: sought }] }] : [];
  const sold: FilterJson = { or: [{ field: `${at}active`, op: '=', value: true }, { field: `${at}active`, op: 'is null' }] };
  const booked: FilterJson[] = book ? [{ field: 'price_book_id', op: '=', value: book.id }, { field: 'active', op: '=', value: true }] : [];
  const price = book ? 'price' : 'list_price';
  const found = useRecords({
    object: book ? 'price_book_entry' : 'product',
    fields: [...(book ? ['product_id', 'price_book.currency'] : []), `${at}name`, `${at}code`, `${at}unit`, price],
    order: [{ field: `${at}name` }], limit: CHOICES, filter: { and: [sold, ...booked, ...matching] },
  }, { enabled: open });
  const detail = (row: Row): string => {
    const cost = row[price];
    const unit = row[`${at}unit`];
    const shown = typeof cost === 'string' ? t('unit', { price: format.moneyIn(row['price_book.currency'], cost), unit: typeof unit === 'string' ? unit : '1' }) : null;
    return [row[`${at}code`], shown].filter(Boolean).join(' · ');
  };
  return (
    <Select<string>
      showSearch={{ filterOption: false, searchValue: text, onSearch: setText }} value={null as unknown as string} open={open} onOpenChange={setOpen} placeholder={t('addLine')} aria-label={t('addLine')}
      loading={found.isFetching} notFoundContent={found.isFetching ? null : book ? t('notInBook', { book: book.name }) : t('noProducts')}
      options={(found.data?.rows ?? []).map((row) => ({ value: String(book ? row.product_id : row.id), label: String(row[`${at}name`]), row }))}
      optionRender={({ data }) => (
        <div className="lookup-option">
          <div>{data.label}</div>
          <div className="lookup-detail">{detail(data.row)}</div>
        </div>
      )}
      onChange={(id) => { setText(''); onPick(id); }}
    />
  );
}
