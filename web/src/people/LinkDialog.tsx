import { Button, Modal, Skeleton } from 'antd';
import { useEffect } from 'react';
import { useInviteAgain } from '@/api/people';
import { useTexts } from '@/i18n';
import { ErrorState } from '@/ui/states';
import { LinkBox } from './LinkBox';
import { peopleTexts } from './texts';

/** A new link for somebody: to get in for the first time, or because the password is forgotten. */
export default function LinkDialog({ user, invited, onClose }: { user: { id: string; name: string }; invited: boolean; onClose: () => void }) {
  const t = useTexts(peopleTexts);
  const { mutate, data, error, isError } = useInviteAgain();
  useEffect(() => { mutate(user.id); }, [mutate, user.id]);
  return (
    <Modal open title={t(invited ? 'link' : 'resetLink')} onCancel={onClose} footer={<Button onClick={onClose}>{t('close')}</Button>} mask={{ closable: false }}>
      {isError ? <ErrorState error={error} onRetry={() => { mutate(user.id); }} /> : null}
      {data ? <><LinkBox token={data.token} name={user.name} /><p className="people-note">{t('linkNew')}</p></> : null}
      {!data && !isError ? <Skeleton active paragraph={{ rows: 2 }} /> : null}
    </Modal>
  );
}
