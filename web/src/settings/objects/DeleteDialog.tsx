import { Alert, Input, Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { useChangeDefinitions, useTriedChanges, type DefinitionChange } from '@/api/definitions';
import { common, useFormat, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ErrorState } from '@/ui/states';
import { Problems, Uses } from './Steps';
import { objectsTexts } from './texts';

interface Props {
  /** What is called so is deleted. */
  name: string;
  change: DefinitionChange;
  /** An object with its records: the name has to be typed. */
  grave?: boolean;
  onClose: () => void;
  onDeleted: () => void;
}

/** Before a field or object is deleted: what is out of sight then, what uses it, and how it can be taken back. */
export function DeleteDialog({ name, change, grave = false, onClose, onDeleted }: Props) {
  const t = useTexts(objectsTexts);
  const c = useTexts(common);
  const format = useFormat();
  const { done, failed } = useFeedback();
  const tried = useTriedChanges({ changes: [change], remove_uses: true });
  const apply = useChangeDefinitions();
  const [typed, setTyped] = useState('');
  const uses = tried.data?.uses ?? [];
  const stuck = (tried.data?.problems.length ?? 0) > 0;
  const first = tried.data?.steps.find(({ act }) => act === 'remove');
  const submit = () => {
    apply.mutate({ changes: [change], remove_uses: true }, {
      onSuccess: () => {
        done(t('deletedHint', { name }));
        onClose();
        onDeleted();
      },
      onError: failed,
    });
  };
  return (
    <Modal
      open
      title={t('deleteTitle', { name })}
      okText={uses.length > 0 ? t('removeAndDelete') : c('delete')}
      okButtonProps={{ danger: true, disabled: !tried.data || stuck || (grave && typed.trim() !== name) }}
      confirmLoading={apply.isPending}
      cancelText={c('cancel')}
      onOk={submit}
      onCancel={onClose}
    >
      {tried.isError ? <ErrorState error={tried.error} onRetry={() => void tried.refetch()} /> : null}
      {tried.isPending ? <Skeleton active /> : null}
      {tried.data ? (
        <>
          {stuck ? <Problems problems={tried.data.problems} /> : (
            <Alert
              type="warning"
              showIcon
              className="objects-alert"
              title={(first?.touched ?? 0) > 0 ? t(grave ? 'loseRecords' : 'loseValues', { n: format.number(first?.touched ?? 0) }) : t('loseNothing')}
              description={t('restorable')}
            />
          )}
          <Uses uses={uses} title={stuck ? t('usedIn') : t('willLose')} />
          {grave && !stuck ? (
            <label className="type-name">
              {t('typeName', { name })}
              <Input value={typed} onChange={(event) => { setTyped(event.target.value); }} aria-label={t('typeName', { name })} />
            </label>
          ) : null}
        </>
      ) : null}
    </Modal>
  );
}
