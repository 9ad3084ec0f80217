import { Form, Modal } from 'antd';
import { useState } from 'react';
import { updateRecord, useDataChanged, useUpdateRecord } from '@/api/records';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { DepartmentPicker } from './DepartmentPicker';
import { MovePreview } from './MovePreview';
import { organisationTexts } from './texts';
import { findNode, type Node } from './tree';

/** Asks below which department another shall stand, says what that means, and moves it. */
export function MoveDialog({ roots, node, target, onClose }: { roots: Node[]; node: Node; target?: Node; onClose: () => void }) {
  const t = useTexts(organisationTexts);
  const { done, failed } = useFeedback();
  const update = useUpdateRecord('department');
  const changed = useDataChanged();
  const [to, setTo] = useState<string | undefined>(target?.id);
  const parent = to === '' ? null : to;
  const save = async () => {
    try {
      const saved = await update.mutateAsync({ id: node.id, values: { parent_id: parent }, version: node.version });
      onClose();
      const back = () => { updateRecord('department', node.id, { parent_id: node.parent }, saved.version).then(changed).catch(failed); };
      done(t('moved', { name: node.name, target: findNode(roots, to)?.name ?? t('atTop') }), back);
    } catch (error) {
      failed(error);
    }
  };
  const batches = [{ object: 'department', action: 'update' as const, rows: [{ id: node.id, values: { parent_id: parent } }] }];
  return (
    <Modal
      open
      title={t('move')}
      okText={t('moveOk')}
      okButtonProps={{ disabled: to === undefined || parent === node.parent, loading: update.isPending }}
      onOk={() => void save()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label={t('moveTarget')}>
          <DepartmentPicker roots={roots} without={node} value={to} label={t('moveTarget')} top={node.parent !== null} onChange={setTo} />
        </Form.Item>
      </Form>
      {to === undefined ? null : <MovePreview node={node} batches={batches} />}
    </Modal>
  );
}
