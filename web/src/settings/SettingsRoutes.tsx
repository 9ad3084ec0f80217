import { lazy, Suspense, type ReactNode } from 'react';
import { Route, Routes, useParams } from 'react-router';
import { useUser } from '@/api/user';
import { NotFound } from '@/ui/NotFound';
import { PageSkeleton } from '@/ui/states';
import { opensPage, pageAt, type PageEntry } from './pages';
import SettingsIndex from './SettingsIndex';
import { SettingsTrail } from './SettingsTrail';
import './settings.css';

const RoleScopesPage = lazy(() => import('./dimensions/RoleScopesPage'));

/** /settings and all below it, for administrators and for who has some of its areas; what each of them may do there the server decides. */
export default function SettingsRoutes() {
  const user = useUser();
  if (!user.administers && user.areas.length === 0) return <NotFound />;
  return (
    <Routes>
      <Route index element={<SettingsIndex />} />
      <Route path="roles/:id" element={<Framed><RoleScopesPage /></Framed>} />
      <Route path=":page/*" element={<OnePage />} />
    </Routes>
  );
}

function OnePage() {
  const { page = '' } = useParams();
  const user = useUser();
  const entry = pageAt(page);
  if (!entry || !opensPage(user, entry)) return <NotFound />;
  const Page = entry.page;
  return <Framed entry={entry}><Page /></Framed>;
}

function Framed({ entry, children }: { entry?: PageEntry; children: ReactNode }) {
  return (
    <div className="settings-page">
      <SettingsTrail entry={entry} />
      <Suspense fallback={<PageSkeleton />}>{children}</Suspense>
    </div>
  );
}
