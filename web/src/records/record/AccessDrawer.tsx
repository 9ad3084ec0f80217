import { CheckCircleFilled, CloseCircleOutlined } from '@ant-design/icons';
import { Alert, Button, Drawer, Segmented, Skeleton, Tabs } from 'antd';
import { useState } from 'react';
import { useAccess, usePermitted, type AskedAction, type Reason } from '@/api/access';
import type { ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';
import { useUser } from '@/api/user';
import { LookupPicker } from '@/fields';
import { useFormat, useTexts } from '@/i18n';
import { EmptyState, ErrorState } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { accessTexts } from './accessTexts';
import './access.css';

const ACTIONS: AskedAction[] = ['read', 'update', 'delete'];

interface Whom {
  id: string;
  name: string;
}

interface Asked {
  object: string;
  id: string;
  action: AskedAction;
  onAction: (action: AskedAction) => void;
}

/** Why somebody may or may not do something to the record; and, for those who may share it, who all may. */
export default function AccessDrawer({ object, answer, onClose }: { object: ObjectModel; answer: RecordAnswer; onClose: () => void }) {
  const t = useTexts(accessTexts);
  const me = useUser();
  const phone = useIsPhone();
  const [tab, setTab] = useState('why');
  const [action, setAction] = useState<AskedAction>('read');
  const [whom, setWhom] = useState<Whom>(me);
  const asked: Asked = { object: object.name, id: answer.record.id, action, onAction: setAction };
  const explainTo = (person: Whom) => {
    setWhom(person);
    setTab('why');
  };
  const why = { key: 'why', label: t('why'), children: <Why {...asked} whom={whom} onWhom={me.administers ? setWhom : undefined} /> };
  const who = { key: 'who', label: t('who'), children: <Who {...asked} onPerson={me.administers ? explainTo : undefined} /> };
  return (
    <Drawer open title={t('title')} size={phone ? '100%' : 560} onClose={onClose}>
      {me.administers || answer.can.share
        ? <Tabs className="access-tabs" activeKey={tab} onChange={setTab} items={[why, who]} destroyOnHidden />
        : why.children}
    </Drawer>
  );
}

function ActionSwitch({ action, onAction }: Pick<Asked, 'action' | 'onAction'>) {
  const t = useTexts(accessTexts);
  return <Segmented<AskedAction> aria-label={t('action')} value={action} onChange={onAction} options={ACTIONS.map((value) => ({ value, label: t(value) }))} />;
}

function Why({ object, id, action, onAction, whom, onWhom }: Asked & { whom: Whom; onWhom: ((whom: Whom) => void) | undefined }) {
  const t = useTexts(accessTexts);
  const me = useUser();
  const found = useAccess(object, id, action, whom.id);
  const answered = found.data?.allowed ? 'May' : 'MayNot';
  const verdict = whom.id === me.id
    ? t(`i${answered}_${action}`)
    : t(`${answered === 'May' ? 'may' : 'mayNot'}_${action}`, { name: whom.name });
  return (
    <>
      <div className="access-asked">
        {onWhom ? (
          <LookupPicker
            object="user"
            label={t('person')}
            value={[whom.id]}
            names={{ [whom.id]: whom.name }}
            onChange={(_, rows) => { if (rows[0]) onWhom({ id: rows[0].id, name: rows[0].name ?? '' }); }}
          />
        ) : null}
        <ActionSwitch action={action} onAction={onAction} />
      </div>
      {found.isPending ? <Skeleton active /> : null}
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data ? (
        <>
          <Alert showIcon type={found.data.allowed ? 'success' : 'warning'} title={verdict} />
          <p className="access-rule">{t(found.data.reasons.some((reason) => reason.code === 'explain.locked') ? 'ruleLocked' : 'rule')}</p>
          <ul className="access-reasons" aria-label={t('why')}>
            {found.data.reasons.map((reason, place) => <ReasonRow key={place} reason={reason} />)}
          </ul>
        </>
      ) : null}
    </>
  );
}

function ReasonRow({ reason }: { reason: Reason }) {
  const t = useTexts(accessTexts);
  return (
    <li className={reason.passed ? 'passed' : undefined}>
      {reason.passed ? <CheckCircleFilled aria-label={t('passed')} /> : <CloseCircleOutlined aria-label={t('notPassed')} />}
      <span>{reason.text}</span>
    </li>
  );
}

function Who({ object, id, action, onAction, onPerson }: Asked & { onPerson: ((person: Whom) => void) | undefined }) {
  const t = useTexts(accessTexts);
  const format = useFormat();
  const found = usePermitted(object, id, action);
  const people = found.data?.people ?? [];
  const total = found.data?.total ?? 0;
  const told = { n: format.number(String(total), 0), shown: format.number(String(people.length), 0) };
  return (
    <>
      <div className="access-asked">
        <ActionSwitch action={action} onAction={onAction} />
        <span className="access-total">{total > 0 ? t(total > people.length ? 'shown' : total === 1 ? 'totalOne' : 'total', told) : null}</span>
      </div>
      {found.isPending ? <Skeleton active /> : null}
      {found.isError ? <ErrorState error={found.error} onRetry={() => void found.refetch()} /> : null}
      {found.data && people.length === 0 ? <EmptyState title={t('nobody')} /> : null}
      <ul className="access-people" aria-label={t('who')}>
        {people.map((person) => (
          <li key={person.id}>
            <div>
              {onPerson
                ? <Button type="link" size="small" title={t('whyThis', { name: person.name })} onClick={() => { onPerson(person); }}>{person.name}</Button>
                : <strong>{person.name}</strong>}
              <span>{person.department}</span>
            </div>
            <p>{person.reason.text}</p>
          </li>
        ))}
      </ul>
    </>
  );
}
