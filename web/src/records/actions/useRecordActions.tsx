import { Alert, Button, Modal, Typography, type MenuProps } from 'antd';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import type { ObjectModel } from '@/api/metadata';
import { doAction, useDataChanged } from '@/api/records';
import type { RecordAction, RecordAnswer } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { actionIcon } from '@/ui/actionIcon';
import { ActionDialog } from './ActionDialog';
import { asksFirst } from './registry';
import { actionTexts } from './texts';

/** What an action answers: a password to pass on, or a record that there is now. */
interface Told {
  password?: string;
  made?: { object: string; id: string };
}

interface Drawn {
  items: NonNullable<MenuProps['items']>;
  /** Those that stand beside "Edit". */
  primary: ReactNode[];
  dialog: ReactNode;
}

/** What modules offer for the record: buttons, entries of its menu, what they ask and what they answer. */
export function useRecordActions(object: ObjectModel, answer: RecordAnswer): Drawn {
  const t = useTexts(actionTexts);
  const c = useTexts(common);
  const label = useLabel();
  const changed = useDataChanged();
  const navigate = useNavigate();
  const { done, failed, confirm } = useFeedback();
  const [password, setPassword] = useState<string>();
  const [asking, setAsking] = useState<RecordAction>();
  const run = async (action: RecordAction) => {
    if (asksFirst(object.name, action)) {
      setAsking(action);
      return;
    }
    const name = label(action.label);
    if (action.confirm && !(await confirm({ title: t('ask', { action: name }), content: label(action.confirm), ok: name, cancel: c('cancel') }))) return;
    try {
      const told = await doAction<Told>(object.name, answer.record.id, action.name);
      if (told.password) setPassword(told.password);
      else done(t('done', { action: name }));
      if (told.made) void navigate(`/o/${told.made.object}/${told.made.id}`);
      await changed();
    } catch (error) {
      failed(error);
    }
  };
  const actions = answer.actions ?? [];
  const items = actions.filter((action) => !action.primary).map((action) => ({
    key: `action.${action.name}`, icon: actionIcon(action.icon), label: label(action.label), onClick: () => void run(action),
  }));
  const primary = actions.filter((action) => action.primary).map((action) => (
    <Button key={action.name} type="primary" onClick={() => void run(action)}>{label(action.label)}</Button>
  ));
  const close = () => { setPassword(undefined); };
  const dialog = (
    <>
      <ActionDialog object={object.name} action={asking} ids={[answer.record.id]} onClose={() => { setAsking(undefined); }} />
      {/* A click beside it must not lose what is shown once. */}
      <Modal open={password !== undefined} title={t('onePassword')} okText={t('onePasswordKept')} onOk={close} onCancel={close} cancelButtonProps={{ style: { display: 'none' } }} mask={{ closable: false }}>
        <Alert type="warning" showIcon title={t('onePasswordHint')} />
        <p className="one-password"><Typography.Text code copyable>{password ?? ''}</Typography.Text></p>
      </Modal>
    </>
  );
  return { items, primary, dialog };
}
