import { Card, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';
import { useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import './maps.css';
import { mapTexts } from './texts';
import { useMap } from './useMap';

const MapView = lazy(() => import('./MapView'));

/** The relation map of an account, or the battle map of a deal, on its page. */
export default function MapCard({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(mapTexts);
  const model = useModel();
  const map = useMap(object, answer);
  if (!model.object('contact') || (map.deal && !model.object('opportunity_contact'))) return null;
  const title = t(map.deal ? 'battleMap' : 'accountMap');
  return (
    <Card size="small" className="record-section map-card" title={title}>
      {map.error ? <ErrorState error={map.error} onRetry={map.retry} /> : null}
      {!map.error && !map.ready ? <Skeleton active /> : null}
      {!map.error && map.ready ? <Suspense fallback={<Skeleton active />}><MapView key={answer.record.id} object={object} answer={answer} map={map} title={title} /></Suspense> : null}
    </Card>
  );
}
