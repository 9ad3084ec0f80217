import { lazy, Suspense } from 'react';
import { Route, Routes, useLocation } from 'react-router';
import { ErrorBoundary } from '@/ui/ErrorBoundary';
import { NotFound } from '@/ui/NotFound';
import { PageSkeleton } from '@/ui/states';

const HomePage = lazy(() => import('@/home/HomePage'));
const ListPage = lazy(() => import('@/records/list/ListPage'));
const RecordPage = lazy(() => import('@/records/record/RecordPage'));
const StatisticsPage = lazy(() => import('@/activities').then((m) => m.statisticsPage()));
const PoolPage = lazy(() => import('@/pools/PoolPage'));
const ImportWizard = lazy(() => import('@/imports/ImportWizard'));
const SearchPage = lazy(() => import('./SearchPage'));
const FunnelPage = lazy(() => import('@/deals/FunnelPage'));
const BenchPage = lazy(() => import('@/records/duplicates/BenchPage'));
const SettingsRoutes = lazy(() => import('@/settings/SettingsRoutes'));

export function AppRoutes() {
  const { pathname } = useLocation();
  return (
    <ErrorBoundary resetKey={pathname}>
      <Suspense fallback={<PageSkeleton />}>
        <Routes>
          <Route index element={<HomePage />} />
          <Route path="o/:object" element={<ListPage />} />
          <Route path="o/:object/:id" element={<RecordPage />} />
          <Route path="duplicates" element={<BenchPage />} />
          <Route path="duplicates/:object" element={<BenchPage />} />
          <Route path="search" element={<SearchPage />} />
          <Route path="activities/statistics" element={<StatisticsPage />} />
          <Route path="pools/:object" element={<PoolPage />} />
          <Route path="import" element={<ImportWizard />} />
          <Route path="import/:id" element={<ImportWizard />} />
          <Route path="funnel" element={<FunnelPage />} />
          <Route path="settings/*" element={<SettingsRoutes />} />
          <Route path="*" element={<NotFound />} />
        </Routes>
      </Suspense>
    </ErrorBoundary>
  );
}
