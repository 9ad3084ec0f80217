import { Alert, Button } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useMerges, useTellApart, useTwins, useUnmerge } from '@/api/duplicates';
import type { ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';
import { common, useFormat, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { HitList } from './HitList';
import { duplicateTexts } from './texts';
import './duplicates.css';

const MergeDialog = lazy(() => import('./MergeDialog'));
const MERGED_MAX = 5;

/** On a record's page: what it may be the same as, and of which records it was made. */
export function TwinBanner({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const t = useTexts(duplicateTexts);
  const { done, failed } = useFeedback();
  const { record, can } = answer;
  const twins = useTwins(object.name, record.id, record.suspected_duplicate === true);
  const apart = useTellApart();
  const [merging, setMerging] = useState(false);
  const hits = twins.data ?? [];
  const seen = hits.filter((hit) => hit.name !== null);
  const same = seen.filter((hit) => hit.object === object.name);
  const tell = () => {
    apart.mutate([record, ...seen.map(({ object: name, id }) => ({ object: name, id }))].map((one) => ({ object: 'object' in one ? String(one.object) : object.name, id: one.id })), {
      onSuccess: () => { done(t('toldApart')); },
      onError: failed,
    });
  };
  return (
    <>
      {hits.length > 0 ? (
        <Alert
          className="twin-banner"
          type="warning"
          showIcon
          title={t('banner')}
          description={
            <>
              <HitList hits={hits} entered={{ object: object.name, values: plain(answer), id: record.id }} takes />
              <div className="twin-actions">
                {can.merge && same.length > 0 ? <Button size="small" type="primary" onClick={() => { setMerging(true); }}>{t('compare')}</Button> : null}
                {can.update && seen.length > 0 ? <Button size="small" loading={apart.isPending} onClick={tell}>{t('different')}</Button> : null}
              </div>
            </>
          }
        />
      ) : null}
      {can.merge ? <MergedNote object={object} id={record.id} /> : null}
      {merging ? (
        <Suspense>
          <MergeDialog object={object} ids={[record.id, ...same.map(({ id }) => id)].slice(0, MERGED_MAX)} leads onClose={() => { setMerging(false); }} />
        </Suspense>
      ) : null}
    </>
  );
}

const plain = (answer: RecordAnswer) => Object.fromEntries(Object.entries(answer.record).filter(([name, value]) => !name.includes('.') && value !== null));

/** The latest merge that can still be taken back. */
function MergedNote({ object, id }: { object: ObjectModel; id: string }) {
  const t = useTexts(duplicateTexts);
  const c = useTexts(common);
  const format = useFormat();
  const { done, failed, confirm } = useFeedback();
  const unmerge = useUnmerge();
  const last = useMerges(object.name, id, true).data?.find(({ undone_at }) => undone_at === null);
  if (!last) return null;
  const undo = async () => {
    if (!(await confirm({ title: t('unmergeAsk'), content: t('unmergeHint'), ok: t('unmerge'), cancel: c('cancel') }))) return;
    unmerge.mutateAsync(last.id).then(() => { done(t('unmerged')); }, failed);
  };
  return (
    <Alert
      className="twin-banner"
      type="info"
      title={t('merged', { n: last.losers.length + 1, when: format.datetime(last.at) })}
      action={<Button size="small" loading={unmerge.isPending} onClick={() => void undo()}>{t('unmerge')}</Button>}
    />
  );
}
