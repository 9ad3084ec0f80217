import { InboxOutlined } from '@ant-design/icons';
import { Checkbox, Modal, Upload } from 'antd';
import { useState } from 'react';
import { useTexts } from '@/i18n';
import { PlanDialog } from './PlanDialog';
import { configurationTexts } from './texts';

/** A zip file of texts: chosen here, then shown as a plan. */
export function UploadDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(configurationTexts);
  const [file, setFile] = useState<File>();
  const [prune, setPrune] = useState(false);
  if (file) return <PlanDialog what={{ kind: 'archive', file, prune }} title={t('uploadTitle', { name: file.name })} onClose={onClose} />;
  return (
    <Modal open title={t('upload')} footer={null} onCancel={onClose}>
      <Upload.Dragger accept=".zip" multiple={false} showUploadList={false} beforeUpload={(chosen: File) => { setFile(chosen); return false; }}>
        <p className="ant-upload-drag-icon"><InboxOutlined /></p>
        <p>{t('file')}</p>
        <p className="config-dim">{t('chooseFile')}</p>
      </Upload.Dragger>
      <div className="config-prune">
        <Checkbox checked={prune} onChange={(event) => { setPrune(event.target.checked); }}>{t('prune')}</Checkbox>
        <div className="config-dim">{t('pruneHint')}</div>
      </div>
    </Modal>
  );
}
