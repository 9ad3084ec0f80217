import { Input, Modal } from 'antd';
import { useState } from 'react';
import { askOwner } from '@/api/duplicates';
import type { Values } from '@/api/types';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { duplicateTexts } from './texts';

/** What was entered when one came upon the record: with it the server finds it again. */
export interface Entered {
  object: string;
  values: Values;
  id?: string;
}

interface Props {
  hit: string;
  owner: string;
  entered: Entered;
  onClose: () => void;
}

/** Asks the owner of a record that one may not see, with a line of one's own. */
export function AskDialog({ hit, owner, entered, onClose }: Props) {
  const t = useTexts(duplicateTexts);
  const c = useTexts(common);
  const { done, failed } = useFeedback();
  const [note, setNote] = useState('');
  const [sending, setSending] = useState(false);
  const send = async () => {
    setSending(true);
    try {
      await askOwner({ ...entered, hit, note });
      done(t('asked', { name: owner }));
      onClose();
    } catch (error) {
      failed(error);
    } finally {
      setSending(false);
    }
  };
  return (
    <Modal open width={440} title={t('askTitle', { name: owner })} okText={t('askSend')} cancelText={c('cancel')} confirmLoading={sending} afterOpenChange={focusFirst} onOk={() => void send()} onCancel={onClose}>
      <p>{t('askHint')}</p>
      <Input.TextArea aria-label={t('askNote')} placeholder={t('askNote')} maxLength={500} autoSize={{ minRows: 3, maxRows: 6 }} value={note} onChange={(event) => { setNote(event.target.value); }} />
    </Modal>
  );
}
