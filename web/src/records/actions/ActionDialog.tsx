import { Suspense } from 'react';
import { useDataChanged } from '@/api/records';
import { actionDialogs, dialogKey } from './registry';

interface Props {
  object: string;
  /** Its name; undefined: none is asked for. */
  action: string | undefined;
  ids: string[];
  onClose: (changed: boolean) => void;
}

/** The dialog of the action that somebody has chosen; what it changed is read anew. */
export function ActionDialog({ object, action, ids, onClose }: Props) {
  const changed = useDataChanged();
  const Dialog = actionDialogs[dialogKey(object, action ?? '')];
  if (!Dialog) return null;
  const close = (done: boolean) => {
    onClose(done);
    if (done) void changed();
  };
  return <Suspense><Dialog object={object} ids={ids} open onClose={close} /></Suspense>;
}
