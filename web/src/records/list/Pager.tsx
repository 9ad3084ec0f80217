import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useFormat, useTexts } from '@/i18n';
import { useIsPhone } from '@/ui/useViewport';
import { hasPrevious, placesOf, type Pages } from './cursors';
import { PAGE_SIZES } from './listAddress';
import { listTexts } from './texts';

interface Props {
  pages: Pages;
  size: number;
  shown: number;
  total: number | null | undefined;
  capped: boolean;
  hasNext: boolean;
  busy: boolean;
  onPrevious: () => void;
  onNext: () => void;
  /** Left out where the size of a page is not the reader's to choose. */
  onSize?: (size: number) => void;
}

export function Pager({ pages, size, shown, total, capped, hasNext, busy, onPrevious, onNext, onSize }: Props) {
  const t = useTexts(listTexts);
  const format = useFormat();
  const phone = useIsPhone();
  const [first, last] = placesOf(pages, size, shown);
  return (
    <nav className="pager" aria-label={t('paging')}>
      <span className="pager-total number" aria-live="polite">
        {typeof total === 'number' ? t(capped ? 'totalCapped' : 'total', { n: format.number(total), count: total }) : ''}
      </span>
      {phone || !onSize ? null : (
        <Select
          size="small"
          variant="borderless"
          value={size}
          popupMatchSelectWidth={false}
          options={PAGE_SIZES.map((n) => ({ value: n, label: t('perPage', { n }) }))}
          onChange={onSize}
        />
      )}
      {shown > 0 ? <span className="number">{t('places', { first: format.number(first), last: format.number(last) })}</span> : null}
      <Button size={phone ? 'middle' : 'small'} icon={<LeftOutlined />} aria-label={t('previous')} title={t('previous')} disabled={!hasPrevious(pages) || busy} onClick={onPrevious} />
      <Button size={phone ? 'middle' : 'small'} icon={<RightOutlined />} aria-label={t('next')} title={t('next')} disabled={!hasNext || busy} onClick={onNext} />
    </nav>
  );
}
