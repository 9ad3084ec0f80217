import { Button, Progress, Segmented, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { lazy, Suspense } from 'react';
import { useBench, useStartScan, useTellApart, type Group, type Scan } from '@/api/duplicates';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useUser } from '@/api/user';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { HitList } from './HitList';
import { duplicateTexts } from './texts';
import './duplicates.css';

const MergeDialog = lazy(() => import('./MergeDialog'));
const MERGED_MAX = 5;

/** /duplicates/OBJECT: likely twins in groups, to be merged or told apart. */
export default function BenchPage() {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const model = useModel();
  const user = useUser();
  const navigate = useNavigate();
  const objects = model.objects.filter((one) => one.can('merge') && one.navigation !== null && one.field('suspected_duplicate'));
  const { object: name = objects[0]?.name ?? '' } = useParams();
  const object = model.object(name);
  const title = t('title');
  useEffect(() => { document.title = `${title} · Dougong`; }, [title]);
  return (
    <div className="bench">
      <header className="bench-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        {user.administers ? <Link to="/settings/duplicates"><Button>{t('rules')}</Button></Link> : null}
      </header>
      {objects.length > 0 ? (
        <div className="bench-tools">
          <Segmented
            aria-label={title}
            value={name}
            options={objects.map((one) => ({ value: one.name, label: label(one.label) }))}
            onChange={(value) => void navigate(`/duplicates/${value}`)}
          />
        </div>
      ) : null}
      {object ? <Groups key={name} object={object} /> : <EmptyState title={t('empty')} />}
    </div>
  );
}

function Groups({ object }: { object: ObjectModel }) {
  const t = useTexts(duplicateTexts);
  const format = useFormat();
  const { failed } = useFeedback();
  const found = useBench(object.name);
  const scan = useStartScan();
  const running = ['waiting', 'running'].includes(found.data?.scan?.state ?? '');
  if (found.isPending) return <PageSkeleton />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  const { groups, pairs } = found.data;
  return (
    <>
      <div className="bench-tools">
        <Button loading={scan.isPending || running} onClick={() => { scan.mutate(object.name, { onError: failed }); }}>{t('scan')}</Button>
        {found.data.scan ? <ScanState scan={found.data.scan} /> : null}
        {pairs > 0 ? <span className="bench-state">{t('found', { n: format.number(pairs) })}</span> : null}
      </div>
      {groups.length === 0 && !running ? <EmptyState title={t('empty')} hint={t('emptyHint')} /> : null}
      {groups.map((group) => <GroupCard key={group.records.map(({ id }) => id).join()} object={object} group={group} />)}
    </>
  );
}

function ScanState({ scan }: { scan: Scan }) {
  const t = useTexts(duplicateTexts);
  const format = useFormat();
  if (scan.state === 'waiting') return <span className="bench-state">{t('scanWaiting')}</span>;
  if (scan.state === 'running') {
    const percent = scan.total ? Math.floor((scan.progress / scan.total) * 100) : 0;
    return (
      <span className="bench-state" aria-live="polite">
        <Progress percent={percent} size="small" style={{ width: 140, marginInlineEnd: 8 }} showInfo={false} />
        {t('scanning', { done: format.number(scan.progress), total: format.number(scan.total ?? 0) })}
      </span>
    );
  }
  if (scan.error) return <span className="bench-state">{scan.error.detail}</span>;
  return <span className="bench-state">{t('scanned', { when: scan.finished_at ? format.datetime(scan.finished_at) : '', n: format.number(scan.pairs) })}</span>;
}

function GroupCard({ object, group }: { object: ObjectModel; group: Group }) {
  const t = useTexts(duplicateTexts);
  const { done, failed } = useFeedback();
  const apart = useTellApart();
  const [merging, setMerging] = useState(false);
  const mine = group.records.filter((hit) => hit.object === object.name);
  return (
    <section className="bench-group">
      <header>
        <Tag color={group.score >= 100 ? 'red' : 'orange'}>{t('alike', { score: group.score })}</Tag>
        <span>{group.rules.join(' · ')}</span>
        <span className="spring" />
        <Button size="small" loading={apart.isPending} onClick={() => { apart.mutate(group.records.map(({ object: name, id }) => ({ object: name, id })), { onSuccess: () => { done(t('toldApart')); }, onError: failed }); }}>{t('different')}</Button>
        {mine.length > 1 ? <Button size="small" type="primary" onClick={() => { setMerging(true); }}>{t('compare')}</Button> : <span className="bench-state">{t('otherObject')}</span>}
      </header>
      <HitList hits={group.records} takes />
      {merging ? <Suspense><MergeDialog object={object} ids={mine.map(({ id }) => id).slice(0, MERGED_MAX)} onClose={() => { setMerging(false); }} /></Suspense> : null}
    </section>
  );
}
