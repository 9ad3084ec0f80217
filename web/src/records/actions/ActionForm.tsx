import { Form, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { doActionTo } from '@/api/records';
import type { Values } from '@/api/types';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { focusFirst } from '@/ui/focus';
import type { ActionDialogProps } from './registry';

interface Props<T> extends ActionDialogProps {
  action: string;
  title: string;
  ok: string;
  /** What the action is told; undefined while something is missing. */
  params: Values | undefined;
  danger?: boolean;
  /** What is said of the answer. */
  told: (answer: T) => string;
  children: ReactNode;
}

/** A few questions before an action; it is done to all of the records, or to none. */
export function ActionForm<T>({ object, ids, open, onClose, action, title, ok, params, danger, told, children }: Props<T>) {
  const c = useTexts(common);
  const { done, failed } = useFeedback();
  const [busy, setBusy] = useState(false);
  const act = async () => {
    if (!params) return;
    setBusy(true);
    try {
      done(told(await doActionTo<T>(object, ids, action, params)));
      onClose(true);
    } catch (error) {
      failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open={open}
      afterOpenChange={focusFirst}
      width={460}
      title={title}
      okText={ok}
      cancelText={c('cancel')}
      okButtonProps={{ disabled: params === undefined, danger: danger ?? false }}
      confirmLoading={busy}
      onOk={() => void act()}
      onCancel={() => { onClose(false); }}
    >
      <Form layout="vertical" requiredMark={false}>{children}</Form>
    </Modal>
  );
}
