import { Button, Result } from 'antd';
import { lazy, Suspense } from 'react';
import { Link, Route, Routes, useLocation } from 'react-router';
import { common, useTexts } from '@/i18n';
import { ErrorBoundary } from '@/ui/ErrorBoundary';
import { PageSkeleton } from '@/ui/states';

const HomePage = lazy(() => import('@/home/HomePage'));
const ListPage = lazy(() => import('@/records/list/ListPage'));
const RecordPage = lazy(() => import('@/records/record/RecordPage'));
const ImportWizard = lazy(() => import('@/imports/ImportWizard'));

function NotFound() {
  const t = useTexts(common);
  return (
    <Result status="404" title={t('notFound')} subTitle={t('notFoundHint')} extra={<Link to="/"><Button type="primary">{t('goHome')}</Button></Link>} />
  );
}

export function AppRoutes() {
  const { pathname } = useLocation();
  return (
    <ErrorBoundary resetKey={pathname}>
      <Suspense fallback={<PageSkeleton />}>
        <Routes>
          <Route index element={<HomePage />} />
          <Route path="o/:object" element={<ListPage />} />
          <Route path="o/:object/:id" element={<RecordPage />} />
          <Route path="import" element={<ImportWizard />} />
          <Route path="import/:id" element={<ImportWizard />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}
