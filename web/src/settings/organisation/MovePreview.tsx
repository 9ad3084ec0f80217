import type { BatchBody } from '@/api/batch';
import { useUser } from '@/api/user';
import { useTexts } from '@/i18n';
import { SimulationPanel } from '../simulation';
import { organisationTexts } from './texts';
import type { Node } from './tree';

/** What a move means, before it is saved: `batches` is the very change that will be written, and whose sight it changes. */
export function MovePreview({ node, batches }: { node: Node; batches: BatchBody[] }) {
  const t = useTexts(organisationTexts);
  const user = useUser();
  return (
    <>
      <p className="organisation-note">{t('moveHint', { name: node.name, below: node.below, whole: node.whole })}</p>
      {user.administers ? <SimulationPanel batches={batches} /> : null}
    </>
  );
}
