import { KeyOutlined, PoweroffOutlined, SwapOutlined } from '@ant-design/icons';
import type { MenuProps } from 'antd';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { useModel } from '@/api/metadata';
import { updateRecord, useDataChanged } from '@/api/records';
import type { RecordAnswer } from '@/api/types';
import { useUser } from '@/api/user';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { peopleTexts } from './texts';

const HandoverDrawer = lazy(() => import('./HandoverDrawer'));
const DisableDialog = lazy(() => import('./DisableDialog'));
const LinkDialog = lazy(() => import('./LinkDialog'));

type Open = 'handover' | 'disable' | 'link';

interface PersonActions {
  items: NonNullable<MenuProps['items']>;
  dialog: ReactNode;
}

/** What can be done with a person beyond what every record offers; nothing for records that are none. */
export function usePersonActions(object: string, answer: RecordAnswer): PersonActions {
  const t = useTexts(peopleTexts);
  const me = useUser();
  const model = useModel();
  const { done, failed } = useFeedback();
  const changed = useDataChanged();
  const [open, setOpen] = useState<Open>();
  if (object !== 'user') return { items: [], dialog: null };
  const { record } = answer;
  const user = { id: record.id, name: String(record.name as string), version: answer.version };
  const active = record.active === true;
  const close = () => { setOpen(undefined); };
  const show = (which: Open) => () => { setOpen(which); };
  const enable = () => {
    updateRecord('user', user.id, { active: true }, user.version).then(async () => {
      await changed();
      done(t('enabled', { name: user.name }));
    }).catch(failed);
  };
  const mayTransfer = model.objects.some((one) => one.owned && one.can('transfer'));
  return {
    items: [
      ...(mayTransfer ? [{ key: 'handover', icon: <SwapOutlined />, label: t('handover'), onClick: show('handover') }] : []),
      ...(me.areas.includes('people') && active ? [{ key: 'invitation', icon: <KeyOutlined />, label: t(record.state === 'invited' ? 'link' : 'resetLink'), onClick: show('link') }] : []),
      ...(answer.can.update && active && me.id !== user.id ? [{ key: 'disable', icon: <PoweroffOutlined />, danger: true, label: t('disable'), onClick: show('disable') }] : []),
      ...(answer.can.update && !active ? [{ key: 'enable', icon: <PoweroffOutlined />, label: t('enable'), onClick: enable }] : []),
    ],
    dialog: open === undefined ? null : (
      <Suspense>
        {open === 'handover' ? <HandoverDrawer user={user} onClose={close} /> : null}
        {open === 'disable' ? <DisableDialog user={user} onHandover={show('handover')} onClose={close} /> : null}
        {open === 'link' ? <LinkDialog user={user} invited={record.state === 'invited'} onClose={close} /> : null}
      </Suspense>
    ),
  };
}
