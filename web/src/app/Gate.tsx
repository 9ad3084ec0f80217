import { lazy, Suspense } from 'react';
import { ModelContext, useMetadataQuery } from '@/api/metadata';
import { useSession } from '@/api/session';
import { SignIn } from '@/session';
import { ErrorBoundary } from '@/ui/ErrorBoundary';
import { ErrorState, FullScreenSpinner } from '@/ui/states';

const Shell = lazy(() => import('./Shell').then((module) => ({ default: module.Shell })));

/** Nobody signed in: the sign-in. Somebody: the shell, once the metadata is there. */
export function Gate() {
  const session = useSession();
  const metadata = useMetadataQuery(Boolean(session.data));
  if (session.isPending) return <FullScreenSpinner />;
  if (session.isError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
  if (!session.data) return <SignIn />;
  if (metadata.isError) return <ErrorState error={metadata.error} onRetry={() => void metadata.refetch()} />;
  if (!metadata.data) return <FullScreenSpinner />;
  return (
    <ModelContext value={metadata.data}>
      <ErrorBoundary>
        <Suspense fallback={<FullScreenSpinner />}>
          <Shell user={session.data.user} />
        </Suspense>
      </ErrorBoundary>
    </ModelContext>
  );
}
