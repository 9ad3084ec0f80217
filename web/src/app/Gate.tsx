import { lazy, Suspense } from 'react';
import { useLocation } from 'react-router';
import { ModelContext, useMetadataQuery } from '@/api/metadata';
import { useOnePersonAtATime, useSession } from '@/api/session';
import { SignIn } from '@/session';
import { ErrorBoundary } from '@/ui/ErrorBoundary';
import { ErrorState, FullScreenSpinner } from '@/ui/states';

const Shell = lazy(() => import('./Shell').then((module) => ({ default: module.Shell })));
const AcceptInvitation = lazy(() => import('@/session/AcceptInvitation'));

/** Nobody signed in: the sign-in. Somebody: the shell, once the metadata is there. */
export function Gate() {
  const { pathname } = useLocation();
  if (pathname === '/invite') return <Suspense fallback={<FullScreenSpinner />}><AcceptInvitation /></Suspense>;
  return <Inside />;
}

function Inside() {
  const session = useSession();
  const metadata = useMetadataQuery(Boolean(session.data));
  useOnePersonAtATime(session.data);
  if (session.isPending) return <FullScreenSpinner />;
  if (session.isError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data) return <SignIn />;
  if (metadata.isError) return <ErrorState error={metadata.error} onRetry={() => void metadata.refetch()} />;
  if (!metadata.data) return <FullScreenSpinner />;
  return (
    <ModelContext value={metadata.data}>
      <ErrorBoundary>
        <Suspense fallback={<FullScreenSpinner />}>
          <Shell user={session.data.user} viewedBy={session.data.viewed_by ?? null} />
        </Suspense>
      </ErrorBoundary>
    </ModelContext>
  );
}
