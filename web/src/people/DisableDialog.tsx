import { Button, Modal } from 'antd';
import { updateRecord, useDataChanged, useUpdateRecord } from '@/api/records';
import { useHoldings } from '@/api/moves';
import { useModel } from '@/api/metadata';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { Hanging } from './Hanging';
import './people.css';
import { peopleTexts } from './texts';

interface Props {
  user: { id: string; name: string; version: number };
  onHandover: () => void;
  onClose: () => void;
}

/** Before somebody is disabled: what they own and what hangs on them. */
export default function DisableDialog({ user, onHandover, onClose }: Props) {
  const t = useTexts(peopleTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const { done, failed } = useFeedback();
  const update = useUpdateRecord('user');
  const changed = useDataChanged();
  const holdings = useHoldings(user.id).data ?? [];
  const disable = async () => {
    try {
      const saved = await update.mutateAsync({ id: user.id, values: { active: false }, version: user.version });
      onClose();
      done(t('disabled', { name: user.name }), () => { updateRecord('user', user.id, { active: true }, saved.version).then(changed).catch(failed); });
    } catch (error) {
      failed(error);
    }
  };
  return (
    <Modal
      open
      width={560}
      title={t('disableOf', { name: user.name })}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>{c('cancel')}</Button>,
        ...(holdings.length > 0 ? [<Button key="hand" onClick={onHandover}>{t('handFirst')}</Button>] : []),
        <Button key="disable" danger type="primary" loading={update.isPending} onClick={() => void disable()}>{t('disable')}</Button>,
      ]}
    >
      <p className="people-note">{t('disableHint')}</p>
      {holdings.length > 0 ? (
        <p>{t('ownsList', { list: holdings.map(({ object, total }) => `${label(model.object(object)?.plural) || object} ${total.number}${total.capped ? '+' : ''}`).join(t('listComma')) })}</p>
      ) : null}
      <Hanging user={user.id} />
    </Modal>
  );
}
