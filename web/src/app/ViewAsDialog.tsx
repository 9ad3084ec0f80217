import { Form, Modal } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useViewAs } from '@/api/session';
import { LookupPicker } from '@/fields';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import { appTexts } from './texts';

/** Chooses whose eyes to look with. */
export default function ViewAsDialog({ onClose }: { onClose: () => void }) {
  const t = useTexts(appTexts);
  const navigate = useNavigate();
  const { failed } = useFeedback();
  const view = useViewAs();
  const [user, setUser] = useState<string>();
  const begin = () => {
    if (user === undefined) return;
    view.mutate(user, { onSuccess: () => { onClose(); void navigate('/'); }, onError: failed });
  };
  return (
    <Modal open afterOpenChange={focusFirst} title={t('viewAsTitle')} okText={t('viewAsBegin')} okButtonProps={{ disabled: user === undefined, loading: view.isPending }} onOk={begin} onCancel={onClose}>
      <p>{t('viewAsHint')}</p>
      <Form layout="vertical">
        <Form.Item label={t('viewAsWhom')} htmlFor="view-as-whom">
          <LookupPicker id="view-as-whom" object="user" value={user === undefined ? [] : [user]} onChange={(ids) => { setUser(ids[0]); }} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
