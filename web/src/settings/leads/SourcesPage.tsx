import { Navigate } from 'react-router';

/** /settings/lead-sources: the options that leads, accounts and opportunities share as their source. */
export default function SourcesPage() {
  return <Navigate to="/settings/option-sets/source" replace />;
}
