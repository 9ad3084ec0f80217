import { Form } from 'antd';
import { useState } from 'react';
import { LookupPicker } from '@/fields';
import { useTexts } from '@/i18n';
import { ActionForm, type ActionDialogProps } from '@/records/actions';
import { poolTexts } from './texts';

/** Gives records of a pool to somebody who is in it. */
export default function TransferDialog(props: ActionDialogProps) {
  const t = useTexts(poolTexts);
  const [to, setTo] = useState<string>();
  return (
    <ActionForm told={() => t('done')} {...props} action="pool_transfer" title={t('transferTitle', { n: props.ids.length })} ok={t('transfer')} params={to ? { to_id: to } : undefined}>
      <Form.Item label={t('person')} htmlFor="pool-to" extra={t('personHint')}>
        <LookupPicker id="pool-to" object="user" value={to ? [to] : []} autoFocus onChange={(ids) => { setTo(ids[0]); }} />
      </Form.Item>
    </ActionForm>
  );
}
