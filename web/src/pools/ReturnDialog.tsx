import { Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useJoinedPools } from '@/api/pools';
import { useRecords } from '@/api/query';
import type { Row } from '@/api/types';
import { useTexts } from '@/i18n';
import { ActionForm, type ActionDialogProps } from '@/records/actions';
import { poolTexts } from './texts';

/** Returns records to a pool, or puts them into one, with the reason that the company wants to know. */
export default function ReturnDialog(props: ActionDialogProps) {
  const t = useTexts(poolTexts);
  const pools = useJoinedPools(props.object);
  const reasons = useRecords({
    object: 'pool_return_reason',
    fields: ['name', 'needs_description'],
    filter: { and: [{ field: 'object_name', op: '=', value: props.object }, { field: 'active', op: '=', value: true }] },
    order: [{ field: 'order_number' }],
    limit: 100,
  });
  const held = useRecords({ object: props.object, fields: ['pool_id'], filter: { field: 'id', op: 'in', value: props.ids }, limit: 500 });
  const [reason, setReason] = useState<string>();
  const [pool, setPool] = useState<string>();
  const [text, setText] = useState('');
  const needed = reasons.data?.rows.find((one) => one.id === reason)?.needs_description === true;
  // What is in no pool yet needs to be told where to; the rest goes back to where it belongs.
  const homeless = (held.data?.rows ?? []).some((row: Row) => row.pool_id === null);
  const missing = !reason || (needed && text.trim() === '') || (homeless && !pool);
  const params = missing ? undefined : { reason_id: reason, description: text.trim() || null, pool_id: pool ?? null };
  const choices = (pools.data ?? []).map((one) => ({ value: one.id, label: one.name }));
  return (
    <ActionForm told={() => t('done')} {...props} action="return" title={t('returnTitle', { n: props.ids.length })} ok={t('return')} params={params}>
      <Form.Item label={t('reason')} htmlFor="pool-reason">
        <Select id="pool-reason" loading={reasons.isPending} value={reason} options={(reasons.data?.rows ?? []).map((one) => ({ value: one.id, label: String(one.name) }))} onChange={setReason} />
      </Form.Item>
      <Form.Item label={t('description')} htmlFor="pool-why" extra={needed ? t('descriptionNeeded') : undefined}>
        <Input.TextArea id="pool-why" autoSize={{ minRows: 2, maxRows: 5 }} maxLength={255} value={text} onChange={(event) => { setText(event.target.value); }} />
      </Form.Item>
      {homeless || choices.length > 1 ? (
        <Form.Item label={t('toPool')} htmlFor="pool-target">
          <Select id="pool-target" allowClear={!homeless} placeholder={homeless ? undefined : t('samePool')} value={pool} options={choices} onChange={setPool} />
        </Form.Item>
      ) : null}
    </ActionForm>
  );
}
