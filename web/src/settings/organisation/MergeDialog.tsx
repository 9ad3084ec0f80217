import { Checkbox, Form, Modal } from 'antd';
import { useState } from 'react';
import { useMerge } from '@/api/moves';
import { useTexts } from '@/i18n';
import { MoveReport } from '@/people';
import { useFeedback } from '@/ui/feedback';
import { DepartmentPicker } from './DepartmentPicker';
import { organisationTexts } from './texts';
import type { Node } from './tree';

/** Makes one department part of another, and shows how that goes. */
export function MergeDialog({ roots, node, onClose, onMerged }: { roots: Node[]; node: Node; onClose: () => void; onMerged: (id: string) => void }) {
  const t = useTexts(organisationTexts);
  const { failed } = useFeedback();
  const merge = useMerge();
  const [to, setTo] = useState<string>();
  const [records, setRecords] = useState(false);
  const begun = merge.data;
  const start = () => {
    if (to === undefined) return;
    merge.mutate({ from_id: node.id, to_id: to, records }, { onSuccess: () => { onMerged(to); }, onError: failed });
  };
  return (
    <Modal
      open
      title={t('merge')}
      okText={t('mergeOk')}
      okButtonProps={{ disabled: to === undefined, loading: merge.isPending }}
      onOk={start}
      onCancel={onClose}
      footer={begun ? null : undefined}
      mask={{ closable: false }}
    >
      {begun ? <MoveReport id={begun.id} /> : (
        <>
          <p className="organisation-note">{t('mergeHint', { name: node.name })}</p>
          <Form layout="vertical">
            <Form.Item label={t('mergeTarget')}>
              <DepartmentPicker roots={roots} without={node} value={to} label={t('mergeTarget')} onChange={setTo} />
            </Form.Item>
            <Form.Item>
              <Checkbox checked={records} onChange={(event) => { setRecords(event.target.checked); }}>{t('mergeRecords', { name: node.name })}</Checkbox>
            </Form.Item>
          </Form>
          <p className="organisation-note">{t('mergeUses', { name: node.name })}</p>
        </>
      )}
    </Modal>
  );
}
