import { Form, Select } from 'antd';
import { useState } from 'react';
import { useJoinedPools } from '@/api/pools';
import { useTexts } from '@/i18n';
import { ActionForm, type ActionDialogProps } from '@/records/actions';
import { poolTexts } from './texts';

/** Gives records to another pool of which one is an administrator. */
export default function MoveDialog(props: ActionDialogProps) {
  const t = useTexts(poolTexts);
  const pools = useJoinedPools(props.object);
  const [pool, setPool] = useState<string>();
  const choices = (pools.data ?? []).filter((one) => one.administers).map((one) => ({ value: one.id, label: one.name }));
  return (
    <ActionForm told={() => t('done')} {...props} action="move" title={t('moveTitle', { n: props.ids.length })} ok={t('move')} params={pool ? { pool_id: pool } : undefined}>
      <Form.Item label={t('pool')} htmlFor="pool-target">
        <Select id="pool-target" loading={pools.isPending} value={pool} options={choices} onChange={setPool} />
      </Form.Item>
    </ActionForm>
  );
}
