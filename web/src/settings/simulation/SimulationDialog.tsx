import { Modal } from 'antd';
import type { BatchBody } from '@/api/batch';
import { useTexts } from '@/i18n';
import { simulationTexts } from './texts';
import { SimulationPanel } from './SimulationPanel';

interface Props {
  batches: BatchBody[];
  /** What happens when the person says yes; without it the dialog only shows. */
  onSave?: () => void;
  saveText?: string;
  saving?: boolean;
  title?: string;
  onClose: () => void;
}

/** The effect of `batches` before they are saved, and the choice to save them. */
export function SimulationDialog({ batches, onSave, saveText, saving, title, onClose }: Props) {
  const t = useTexts(simulationTexts);
  return (
    <Modal
      open
      width={720}
      styles={{ body: { maxHeight: 'calc(100dvh - 300px)', overflow: 'auto' } }}
      title={title ?? t('title')}
      onCancel={onClose}
      onOk={onSave ?? onClose}
      okText={onSave ? (saveText ?? t('save')) : t('close')}
      confirmLoading={saving}
      cancelButtonProps={onSave ? undefined : { style: { display: 'none' } }}
    >
      <SimulationPanel batches={batches} />
    </Modal>
  );
}
