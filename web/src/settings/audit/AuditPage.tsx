import { DownloadOutlined } from '@ant-design/icons';
import { Button, Result, Skeleton } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useModel } from '@/api/metadata';
import { useRecords } from '@/api/query';
import { common, useSettings, useTexts } from '@/i18n';
import { FIRST_PAGE, Pager, nextPage, previousPage, cursorOf } from '@/records/list';
import { EmptyState, ErrorState } from '@/ui/states';
import { AuditFilters } from './AuditFilters';
import { AuditTable } from './AuditTable';
import { EntryDrawer } from './EntryDrawer';
import { AUDIT, exportOf, fromAddress, PAGE, pageOf, toAddress, type Entry, type Wanted } from './question';
import { auditTexts } from './texts';
import './audit.css';

const ExportDialog = lazy(() => import('@/records/list').then((m) => ({ default: m.ExportDialog })));

/** Everything that the audit log tells: filtered, opened, exported; never changed. */
export default function AuditPage() {
  const t = useTexts(auditTexts);
  const c = useTexts(common);
  const { language } = useSettings();
  const object = useModel().object(AUDIT);
  const [search, setSearch] = useSearchParams();
  const wanted = fromAddress(search);
  const [paged, setPaged] = useState({ of: '', pages: FIRST_PAGE });
  const place = search.toString();
  const pages = paged.of === place ? paged.pages : FIRST_PAGE;
  const [opened, setOpened] = useState<Entry>();
  const [exporting, setExporting] = useState(false);
  const found = useRecords<Entry>(pageOf(wanted, language, cursorOf(pages)), { enabled: object !== undefined });
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const change = (changes: Partial<Wanted>) => {
    setSearch(toAddress({ ...wanted, ...changes }), { replace: true });
  };
  if (!object) return <Result status="404" title={c('notFound')} subTitle={c('notFoundHint')} extra={<Link to="/"><Button type="primary">{c('goHome')}</Button></Link>} />;
  const rows = found.data?.rows ?? [];
  const body = () => {
    if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
    if (found.isPending) return <div className="audit-box"><Skeleton active paragraph={{ rows: 10 }} /></div>;
    if (rows.length === 0) {
      return (
        <div className="audit-box">
          <EmptyState title={t('nothing')} hint={t('nothingHint')} action={<Button onClick={() => { setSearch('period=ever', { replace: true }); }}>{t('clear')}</Button>} />
        </div>
      );
    }
    return <AuditTable object={object} rows={rows} stale={found.isPlaceholderData} onOpen={setOpened} />;
  };
  return (
    <div className="list-page audit-page">
      <header className="list-head">
        <div className="list-title">
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <Button icon={<DownloadOutlined />} disabled={rows.length === 0} onClick={() => { setExporting(true); }}>{t('export')}</Button>
      </header>
      <AuditFilters object={object} wanted={wanted} onChange={change} />
      {body()}
      <Pager
        pages={pages}
        size={PAGE}
        shown={rows.length}
        total={found.data?.total}
        capped={found.data?.total_capped ?? false}
        hasNext={Boolean(found.data?.next)}
        busy={found.isFetching}
        onPrevious={() => { setPaged({ of: place, pages: previousPage(pages) }); }}
        onNext={() => { setPaged({ of: place, pages: nextPage(pages, found.data?.next) }); }}
      />
      <EntryDrawer object={object} entry={opened} onClose={() => { setOpened(undefined); }} />
      {exporting ? <Suspense><ExportDialog object={object} query={exportOf(wanted, language)} rows={[]} onClose={() => { setExporting(false); }} /></Suspense> : null}
    </div>
  );
}
