import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress, Skeleton } from 'antd';
import { useState } from 'react';
import { keys } from '@/api/keys';
import { useModel } from '@/api/metadata';
import { cancelMove, isUnderWay, undoMove, useMove, type Move } from '@/api/moves';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import './people.css';
import { peopleTexts } from './texts';

/** How far a hand-over or merge is; then what it did, what stayed as it was, and the way back. */
export function MoveReport({ id }: { id: string }) {
  const found = useMove(id);
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active />;
  return isUnderWay(found.data) ? <UnderWay move={found.data} /> : <Ended move={found.data} />;
}

function useAct(id: string) {
  const client = useQueryClient();
  const { failed } = useFeedback();
  const [asked, setAsked] = useState(false);
  const run = (act: (id: string) => Promise<Move>) => {
    setAsked(true);
    act(id)
      .then((move) => { client.setQueryData(keys.move(id), move); }, failed)
      .finally(() => { setAsked(false); });
  };
  return { asked, run };
}

function UnderWay({ move }: { move: Move }) {
  const t = useTexts(peopleTexts);
  const format = useFormat();
  const { asked, run } = useAct(move.id);
  const { progress, total } = move;
  return (
    <div className="move-report" aria-live="polite">
      <h3>{t(move.undoing ? 'undoing' : 'running')}</h3>
      <Progress percent={total ? Math.floor((100 * progress) / total) : 0} status="active" />
      <p className="number">{move.state === 'waiting' || total === null ? t('queued') : t('gone', { n: format.number(progress), total: format.number(total) })}</p>
      <p className="people-note">{t('mayLeave')}</p>
      <Button loading={asked} onClick={() => { run(cancelMove); }}>{t('stop')}</Button>
    </div>
  );
}

function Ended({ move }: { move: Move }) {
  const t = useTexts(peopleTexts);
  const label = useLabel();
  const model = useModel();
  const { asked, run } = useAct(move.id);
  const done = move.kind === 'merge' ? t('doneMerge') : t('doneMoved', { n: move.moved });
  const said = {
    done, failed: t('failed'), cancelled: t('cancelled', { n: move.moved }), undone: t('undone', { n: move.undone }), waiting: '', running: '',
  }[move.state];
  const type = move.state === 'failed' ? 'error' : move.kept_count > 0 || move.state === 'cancelled' ? 'warning' : 'success';
  const objects = Object.entries(move.objects).filter(([, n]) => n > 0);
  return (
    <div className="move-report" aria-live="polite">
      <Alert type={type} showIcon role="status" title={said} description={move.error?.detail ?? (move.kind === 'merge' && move.moved > 0 && move.state === 'done' ? t('doneMergeMoved', { n: move.moved }) : undefined)} />
      {move.state === 'undone' || objects.length === 0 ? null : (
        <ul className="move-objects">
          {objects.map(([name, n]) => <li key={name}>{label(model.object(name)?.plural) || name}<span className="number">{n}</span></li>)}
        </ul>
      )}
      {move.kept_count > 0 ? (
        <div className="move-kept">
          <p>{t('kept', { n: move.kept_count })}</p>
          <ul>{[...new Set(move.kept.map(({ detail }) => detail))].map((detail) => <li key={detail}>{detail}</li>)}</ul>
        </div>
      ) : null}
      {move.undoable ? <Button loading={asked} onClick={() => { run(undoMove); }}>{t('undo')}</Button> : null}
    </div>
  );
}
