import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import { homeTexts } from './texts';

interface Props {
  title: string;
  /** Where "see all" leads. */
  to?: string;
  extra?: ReactNode;
  wide?: boolean;
  loading?: boolean;
  error?: unknown;
  onRetry?: () => void;
  children: ReactNode;
}

/** A titled box of the home page; a failure of one leaves the others standing. */
export function Panel({ title, to, extra, wide, loading, error, onRetry, children }: Props) {
  const t = useTexts(homeTexts);
  return (
    <section className={wide ? 'panel wide' : 'panel'}>
      <header className="panel-head">
        <h2>{title}</h2>
        <span className="panel-extra">
          {extra}
          {to ? <Link to={to}>{t('seeAll')}</Link> : null}
        </span>
      </header>
      {error ? <ErrorState error={error} onRetry={onRetry} /> : loading ? <div className="panel-wait"><Skeleton active paragraph={{ rows: 4 }} /></div> : children}
    </section>
  );
}
