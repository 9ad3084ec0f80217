import { Suspense } from 'react';
import { useDataChanged } from '@/api/records';
import type { SomeAction } from '@/api/types';
import { AskDialog } from './AskDialog';
import { actionDialogs, dialogKey } from './registry';

interface Props {
  object: string;
  /** Undefined: none is asked for. */
  action: SomeAction | undefined;
  ids: string[];
  onClose: (changed: boolean) => void;
}

/** The dialog of the action that somebody has chosen; what it changed is read anew. */
export function ActionDialog({ object, action, ids, onClose }: Props) {
  const changed = useDataChanged();
  if (!action) return null;
  const close = (done: boolean) => {
    onClose(done);
    if (done) void changed();
  };
  const Dialog = actionDialogs[dialogKey(object, action.name)];
  if (!Dialog) return <AskDialog action={action} object={object} ids={ids} open onClose={close} />;
  return <Suspense><Dialog object={object} ids={ids} open onClose={close} /></Suspense>;
}
