import { CameraOutlined } from '@ant-design/icons';
import { Button, Checkbox, Form, Input, Modal, Upload } from 'antd';
import { useState } from 'react';
import { fileUrl, uploadFile } from '@/api/files';
import { doAction } from '@/api/records';
import { useTexts } from '@/i18n';
import type { ActionDialogProps } from '@/records/actions';
import { useFeedback } from '@/ui/feedback';
import './activities.css';
import { activityTexts } from './texts';
import { usePosition } from './usePosition';
import { Whereabouts } from './Whereabouts';

interface Arrived {
  id: string;
  state: 'normal' | 'far' | 'missing' | 'inaccurate';
  distance: number | null;
}

/** Says that one has arrived: where, with a photo and a word if one likes. */
export default function CheckInDialog({ object, ids, open, onClose }: ActionDialogProps) {
  const t = useTexts(activityTexts);
  const [found, again] = usePosition();
  const [subject, setSubject] = useState('');
  const [address, setAddress] = useState('');
  const [content, setContent] = useState('');
  const [place, setPlace] = useState(false);
  const [picture, setPicture] = useState<string>();
  const [busy, setBusy] = useState(false);
  const { done, warn, failed } = useFeedback();
  const planned = object === 'activity';
  const send = (file: File) => {
    setBusy(true);
    uploadFile(file).then((stored) => { setPicture(stored.id); }, failed).finally(() => { setBusy(false); });
    return false;
  };
  const go = async () => {
    setBusy(true);
    try {
      const arrived = await doAction<Arrived>(object, ids[0] ?? '', 'check_in', {
        position: found.state === 'found' ? found.position : null,
        address,
        content,
        place_account: place,
        ...(planned ? {} : { subject }),
        ...(picture ? { picture } : {}),
      });
      if (arrived.state === 'normal') done(arrived.distance === null ? t('checkedIn') : t('checkedInNear', { n: arrived.distance }));
      else warn(t(arrived.state === 'far' ? 'checkedInFar' : arrived.state === 'missing' ? 'checkedInMissing' : 'checkedInInaccurate', { n: arrived.distance ?? 0 }));
      onClose(true);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open={open} title={t('checkInTitle')} okText={t('checkIn')} onOk={() => void go()} onCancel={() => { onClose(false); }} okButtonProps={{ loading: busy, disabled: found.state === 'asking' }}>
      <div className="check-in">
        <Whereabouts found={found} onAgain={again} />
        <Form layout="vertical" requiredMark={false}>
          {planned ? null : (
            <Form.Item label={t('subject')} htmlFor="check-in-subject">
              <Input id="check-in-subject" value={subject} maxLength={255} placeholder={t('subjectHint')} onChange={(event) => { setSubject(event.target.value); }} />
            </Form.Item>
          )}
          <Form.Item label={t('address')} htmlFor="check-in-address">
            <Input id="check-in-address" value={address} maxLength={255} placeholder={t('addressHint')} onChange={(event) => { setAddress(event.target.value); }} />
          </Form.Item>
          <Form.Item label={t('note')} htmlFor="check-in-note">
            <Input.TextArea id="check-in-note" value={content} maxLength={10_000} autoSize={{ minRows: 2, maxRows: 6 }} onChange={(event) => { setContent(event.target.value); }} />
          </Form.Item>
          <Form.Item label={t('photo')}>
            {picture ? <img className="check-in-photo" src={fileUrl(picture)} alt={t('photo')} /> : null}
            <Upload beforeUpload={send} showUploadList={false} accept="image/*" capture="environment">
              <Button icon={<CameraOutlined />} loading={busy}>{t('takePhoto')}</Button>
            </Upload>
          </Form.Item>
          {found.state === 'found' ? <Checkbox checked={place} onChange={(event) => { setPlace(event.target.checked); }}>{t('placeAccount')}</Checkbox> : null}
        </Form>
      </div>
    </Modal>
  );
}
