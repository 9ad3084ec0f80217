import { DownOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { doBulkAction, useDataChanged } from '@/api/records';
import type { Row, SomeAction } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { actionIcon } from '@/ui/actionIcon';
import { useIsPhone } from '@/ui/useViewport';
import { ActionDialog } from './ActionDialog';
import { asksFirst } from './registry';
import { actionTexts } from './texts';

/** Actions that stand in the bar; the others wait behind one button. */
const SHOWN = { phone: 1, wide: 3 };

interface Props {
  object: ObjectModel;
  rows: Row[];
  onDone: () => void;
  onRefused: (error: unknown) => void;
}

/** What modules offer for the selected records: each is done to all of them, or to none. */
export function BulkActions({ object, rows, onDone, onRefused }: Props) {
  const t = useTexts(actionTexts);
  const c = useTexts(common);
  const label = useLabel();
  const phone = useIsPhone();
  const changed = useDataChanged();
  const { done, confirm } = useFeedback();
  const [asking, setAsking] = useState<SomeAction>();
  const [busy, setBusy] = useState<string>();
  const ids = rows.map((row) => row.id);
  const run = async (action: SomeAction) => {
    if (asksFirst(object.name, action)) {
      setAsking(action);
      return;
    }
    const name = label(action.label);
    const content = action.confirm ? label(action.confirm) : undefined;
    if (!(await confirm({ title: t('askMany', { action: name, n: ids.length }), content, ok: name, cancel: c('cancel') }))) return;
    setBusy(action.name);
    try {
      await doBulkAction(object.name, ids, action.name);
      onDone();
      done(t('done', { action: name }));
      await changed();
    } catch (error) {
      onRefused(error);
    } finally {
      setBusy(undefined);
    }
  };
  const close = (changedAny: boolean) => {
    setAsking(undefined);
    if (changedAny) onDone();
  };
  const actions = object.bulk_actions ?? [];
  const room = phone ? SHOWN.phone : SHOWN.wide;
  // One alone behind a button would take the place that it takes itself.
  const shown = actions.length > room + 1 ? actions.slice(0, room) : actions;
  const rest = actions.slice(shown.length);
  return (
    <>
      {shown.map((action) => (
        <Button key={action.name} size="small" icon={actionIcon(action.icon)} loading={busy === action.name} onClick={() => void run(action)}>{label(action.label)}</Button>
      ))}
      {rest.length > 0 ? (
        <Dropdown trigger={['click']} menu={{ items: rest.map((action) => ({ key: action.name, icon: actionIcon(action.icon), label: label(action.label), onClick: () => void run(action) })) }}>
          <Button size="small" loading={rest.some((action) => busy === action.name)}>{c('more')} <DownOutlined /></Button>
        </Dropdown>
      ) : null}
      <ActionDialog object={object.name} action={asking} ids={ids} onClose={close} />
    </>
  );
}
