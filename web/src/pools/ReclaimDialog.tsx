import { Form, Input } from 'antd';
import { useState } from 'react';
import { useTexts } from '@/i18n';
import { ActionForm, type ActionDialogProps } from '@/records/actions';
import { poolTexts } from './texts';

/** Calls records back from whoever holds them. */
export default function ReclaimDialog(props: ActionDialogProps) {
  const t = useTexts(poolTexts);
  const [text, setText] = useState('');
  return (
    <ActionForm told={() => t('done')} {...props} action="reclaim" title={t('reclaimTitle', { n: props.ids.length })} ok={t('reclaim')} params={{ description: text.trim() || null }} danger>
      <p>{t('reclaimHint')}</p>
      <Form.Item label={t('description')} htmlFor="pool-why">
        <Input.TextArea id="pool-why" autoSize={{ minRows: 2, maxRows: 5 }} maxLength={255} value={text} onChange={(event) => { setText(event.target.value); }} />
      </Form.Item>
    </ActionForm>
  );
}
