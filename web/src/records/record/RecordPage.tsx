import { Button, Result, Tabs } from 'antd';
import { Link, useParams } from 'react-router';
import { isApiError } from '@/api/errors';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useRecord } from '@/api/records';
import type { RecordAnswer } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { useCellEdits } from '@/records/list';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { HistoryList } from './HistoryList';
import { RecordHeader } from './RecordHeader';
import { RelatedLists } from './RelatedLists';
import { Sections } from './Sections';
import { StageBar } from './StageBar';
import { recordTexts } from './texts';
import { Timeline } from './Timeline';
import './record.css';

/** One record of any object, drawn from its layout. */
export default function RecordPage() {
  const { object: name = '', id = '' } = useParams();
  const object = useModel().object(name);
  const found = useRecord(name, object ? id : undefined);
  if (!object || (isApiError(found.error) && (found.error.status === 404 || found.error.status === 400))) return <Missing object={object} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <PageSkeleton />;
  return <Loaded key={found.data.record.id} object={object} answer={found.data} />;
}

function Missing({ object }: { object: ObjectModel | undefined }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const back = object ? (
    <Link to={`/o/${object.name}`}><Button type="primary">{t('toList', { objects: label(object.plural) })}</Button></Link>
  ) : null;
  return <Result status="404" title={t('missing')} subTitle={t('missingHint')} extra={back} />;
}

function Loaded({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(recordTexts);
  const phone = useIsPhone();
  const edits = useCellEdits(object);
  const stage = object.stage_field ? object.field(object.stage_field) : undefined;
  const details = <Sections object={object} answer={answer} edits={edits} />;
  const related = object.layout.related.length > 0 ? <RelatedLists object={object} answer={answer} /> : null;
  const timeline = object.activities ? <Timeline object={object} record={answer.record} /> : null;
  const history = <HistoryList object={object} answer={answer} />;
  const tab = (key: string, label: string, children: React.ReactNode) => (children ? [{ key, label, children }] : []);
  return (
    <div className="record-page">
      <RecordHeader object={object} answer={answer} />
      {stage ? <StageBar field={stage} row={answer.record} edits={edits} editable={answer.can.update && answer.editable_fields.includes(stage.name)} /> : null}
      {phone ? (
        <Tabs
          items={[
            ...tab('details', t('details'), details),
            ...tab('timeline', t('timeline'), timeline),
            ...tab('related', t('related'), related),
            ...tab('history', t('history'), history),
          ]}
        />
      ) : (
        <div className="record-columns">
          <div>
            {details}
            {related}
          </div>
          <aside>
            <Tabs items={[...tab('timeline', t('timeline'), timeline), ...tab('history', t('history'), history)]} />
          </aside>
        </div>
      )}
      {edits.dialog}
    </div>
  );
}
