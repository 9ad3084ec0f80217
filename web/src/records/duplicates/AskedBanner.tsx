import { Alert, Button } from 'antd';
import { useAnswer, useQuestions, type Question } from '@/api/duplicates';
import type { ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';
import { useUser } from '@/api/user';
import { useFormat, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { duplicateTexts } from './texts';
import './duplicates.css';

/** On the page of one's own record: who came upon it without being able to see it, and waits for an answer. */
export function AskedBanner({ object, answer }: { object: ObjectModel; answer: RecordAnswer }) {
  const me = useUser();
  const { record, can } = answer;
  const found = useQuestions(object.name, record.id, can.share && record.owner_id === me.id);
  return (
    <>
      {(found.data?.questions ?? []).map((one) => (
        <Waiting key={one.user_id} object={object.name} id={record.id} question={one} shareable={found.data?.shareable === true} />
      ))}
    </>
  );
}

function Waiting({ object, id, question, shareable }: { object: string; id: string; question: Question; shareable: boolean }) {
  const t = useTexts(duplicateTexts);
  const format = useFormat();
  const { done, failed } = useFeedback();
  const answer = useAnswer(object, id);
  const { name, note } = question;
  const settle = (share: boolean) => {
    answer.mutate({ user_id: question.user_id, share }, { onSuccess: () => { done(t(share ? 'shared' : 'putAway', { name })); }, onError: failed });
  };
  return (
    <Alert
      className="twin-banner"
      type="info"
      showIcon
      title={t('asks', { name, when: format.datetime(question.at) })}
      description={
        <>
          {note ? <p className="asked-note">{note}</p> : null}
          <div className="twin-actions">
            {shareable ? <Button size="small" type="primary" loading={answer.isPending} onClick={() => { settle(true); }}>{t('share', { name })}</Button> : null}
            <Button size="small" disabled={answer.isPending} onClick={() => { settle(false); }}>{t('putAwayNow')}</Button>
          </div>
        </>
      }
    />
  );
}
