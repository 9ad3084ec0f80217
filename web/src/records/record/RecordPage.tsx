import { Button, Result, Tabs } from 'antd';
import { Suspense, useEffect } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { Timeline } from '@/activities';
import { layoutOf, markedIn, offered } from '@/api/arrangement';
import { mergedInto } from '@/api/duplicates';
import { isApiError } from '@/api/errors';
import { isSetting, useModel, type ObjectModel } from '@/api/metadata';
import { useRecord } from '@/api/records';
import type { RecordAnswer } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { AskedBanner, TwinBanner } from '@/records/duplicates';
import { useCellEdits } from '@/records/list';
import { StageGuide } from '@/records/stages';
import { ErrorState, PageSkeleton } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { fetchPanels, panelsOf } from './panels';
import { HistoryList } from './HistoryList';
import { RecordHeader } from './RecordHeader';
import { RelatedLists } from './RelatedLists';
import { Sections } from './Sections';
import { StageBar } from './StageBar';
import { recordTexts } from './texts';
import { UsesPanel } from './UsesPanel';
import './record.css';

/** One record of any object, drawn from its layout. */
export default function RecordPage() {
  const { object: name = '', id = '' } = useParams();
  const model = useModel();
  const object = model.object(name);
  const found = useRecord(name, object ? id : undefined);
  useEffect(() => { fetchPanels(model, name); }, [model, name]);
  if (!object || (isApiError(found.error) && (found.error.status === 404 || found.error.status === 400))) return <Missing object={object} id={id} />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <PageSkeleton />;
  // Drawn as a whole: a panel that came later would push what stands below it from under a finger.
  return <Suspense fallback={<PageSkeleton />}><Loaded key={found.data.record.id} object={object} answer={found.data} /></Suspense>;
}

/** The record is gone, or never was; one that was merged into another leads there. */
function Missing({ object, id }: { object: ObjectModel | undefined; id: string }) {
  const t = useTexts(recordTexts);
  const label = useLabel();
  const navigate = useNavigate();
  const name = object?.name;
  useEffect(() => {
    if (name && /^\d+$/.test(id)) mergedInto(name, id).then((target) => void navigate(`/o/${name}/${target.id}`, { replace: true }), () => undefined);
  }, [name, id, navigate]);
  const back = object ? (
    <Link to={`/o/${object.name}`}><Button type="primary">{t('toList', { objects: label(object.plural) })}</Button></Link>
  ) : null;
  return <Result status="404" title={t('missing')} subTitle={t('missingHint')} extra={back} />;
}

function Loaded({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(recordTexts);
  const model = useModel();
  const phone = useIsPhone();
  const edits = useCellEdits(object);
  const layout = layoutOf(object, answer.record);
  const found = object.stage_field ? object.field(object.stage_field) : undefined;
  const stage = found && offered(object, found, answer.record);
  const panels = (place: 'top' | 'main') => panelsOf(model, object.name, place).map(({ key, Body }) => <Body key={key} object={object} answer={answer} />);
  const details = <Sections object={object} answer={answer} edits={edits} panels={panels('main')} />;
  const related = layout.related.length > 0 ? <RelatedLists object={object} answer={answer} /> : null;
  const timeline = object.activities ? <Timeline object={object} record={answer.record} visitable={(answer.actions ?? []).some(({ name }) => name === 'check_in')} /> : null;
  const history = <HistoryList object={object} answer={answer} />;
  const uses = isSetting(object) ? <UsesPanel object={object} id={answer.record.id} /> : null;
  const tab = (key: string, label: string, children: React.ReactNode) => (children ? [{ key, label, children }] : []);
  return (
    <div className="record-page">
      <RecordHeader object={object} answer={answer} />
      <AskedBanner object={object} answer={answer} />
      <TwinBanner object={object} answer={answer} />
      {stage ? <StageBar object={object} field={stage} answer={answer} edits={edits} editable={answer.can.update && answer.editable_fields.includes(stage.name) && !markedIn(layout, 'read_only', stage.name)} /> : null}
      {stage ? <StageGuide object={object} answer={answer} /> : null}
      {panels('top')}
      {phone ? (
        <Tabs
          items={[
            ...tab('details', t('details'), details),
            ...tab('timeline', t('timeline'), timeline),
            ...tab('related', t('related'), related),
            ...tab('uses', t('uses'), uses),
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
            <Tabs items={[...tab('timeline', t('timeline'), timeline), ...tab('uses', t('uses'), uses), ...tab('history', t('history'), history)]} />
          </aside>
        </div>
      )}
      {edits.dialog}
    </div>
  );
}
