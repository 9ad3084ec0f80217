import { Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { doAction } from '@/api/records';
import { useTexts } from '@/i18n';
import type { ActionDialogProps } from '@/records/actions';
import { useFeedback } from '@/ui/feedback';
import './activities.css';
import { activityTexts } from './texts';
import { usePosition } from './usePosition';
import { Whereabouts } from './Whereabouts';

/** Says that one leaves, and what came of the visit. */
export default function CheckOutDialog({ object, ids, open, onClose }: ActionDialogProps) {
  const t = useTexts(activityTexts);
  const [found, again] = usePosition();
  const [content, setContent] = useState('');
  const [busy, setBusy] = useState(false);
  const { done, failed } = useFeedback();
  const go = async () => {
    setBusy(true);
    try {
      const left = await doAction<{ minutes: number }>(object, ids[0] ?? '', 'check_out', {
        position: found.state === 'found' ? found.position : null,
        content,
      });
      done(t('checkedOut', { n: left.minutes }));
      onClose(true);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open={open} title={t('checkOutTitle')} okText={t('checkOut')} onOk={() => void go()} onCancel={() => { onClose(false); }} okButtonProps={{ loading: busy, disabled: found.state === 'asking' }}>
      <div className="check-in">
        <Whereabouts found={found} onAgain={again} />
        <Form layout="vertical">
          <Form.Item label={t('result')} htmlFor="check-out-result">
            <Input.TextArea id="check-out-result" value={content} maxLength={10_000} autoSize={{ minRows: 3, maxRows: 8 }} onChange={(event) => { setContent(event.target.value); }} />
          </Form.Item>
        </Form>
      </div>
    </Modal>
  );
}
