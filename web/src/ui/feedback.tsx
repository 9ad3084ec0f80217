import { App, Button } from 'antd';
import { useMemo } from 'react';
import { useTexts } from '@/i18n';
import { errorText } from './errorText';
import { uiTexts } from './texts';

export interface Feedback {
  /** A short confirmation; with `undo` it stays longer and offers to take the change back. */
  done: (text: string, undo?: () => void) => void;
  /** What keeps something from being done, and what to do. */
  warn: (text: string) => void;
  /** Any error as a sentence. */
  failed: (error: unknown) => void;
  /** Asks before something that cannot simply be undone. */
  confirm: (question: { title: string; content?: string; ok: string; danger?: boolean; cancel: string }) => Promise<boolean>;
}

/** How many confirmations there have been. */
let told = 0;

/** What the person is told after they did something. */
export function useFeedback(): Feedback {
  const { message, modal } = App.useApp();
  const t = useTexts(uiTexts);
  return useMemo(
    () => ({
      done: (text, undo) => {
        // One at a time: only the latest change can be taken back. Each has a key of its own: one that comes while the last
        // one fades would go with it.
        message.destroy(`done-${told}`);
        told += 1;
        const key = `done-${told}`;
        const takeBack = () => {
          message.destroy(key);
          undo?.();
        };
        const content = undo ? (
          <span>
            {text}
            <Button type="link" size="small" onClick={takeBack} style={{ marginInlineStart: 8, paddingInline: 4 }}>
              {t('undo')}
            </Button>
          </span>
        ) : (
          text
        );
        void message.success({ key, content, duration: undo ? 8 : 3 });
      },
      warn: (text) => {
        void message.warning({ content: text, duration: 4 });
      },
      failed: (error) => {
        void message.error({ content: errorText(error, t), duration: 6 });
      },
      confirm: ({ title, content, ok, danger, cancel }) =>
        new Promise((resolve) => {
          const ask = () => modal.confirm({
            title,
            content,
            okText: ok,
            cancelText: cancel,
            okButtonProps: { danger },
            // Enter, pressed in haste, must not be what loses something.
            autoFocusButton: danger ? 'cancel' : 'ok',
            onOk: () => {
              resolve(true);
            },
            onCancel: () => {
              resolve(false);
            },
          });
          // Behind the key press that asked for it: else the Enter by which an entry of a menu was chosen would answer
          // the question too, before anybody has read it.
          setTimeout(ask, 0);
        }),
    }),
    [message, modal, t],
  );
}
