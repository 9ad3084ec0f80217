import { ApartmentOutlined, EditOutlined, ExportOutlined, MergeCellsOutlined, MoreOutlined, PlusOutlined, PoweroffOutlined, SwapOutlined, UserAddOutlined } from '@ant-design/icons';
import { Breadcrumb, Button, Dropdown, Switch, Tag } from 'antd';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import type { Department } from '@/api/departments';
import { updateRecord, useDataChanged, useUpdateRecord } from '@/api/records';
import { common, useTexts } from '@/i18n';
import { InviteDialog } from '@/people';
import { useOpenForm } from '@/records/openForm';
import { useFeedback } from '@/ui/feedback';
import type { Doing } from './OrganisationPage';
import { PeopleTable } from './PeopleTable';
import { organisationTexts } from './texts';
import { idsWithin, pathTo, type Node } from './tree';

interface Props {
  node: Node;
  departments: Department[];
  onAdd: (parent: Node) => void;
  onDo: (doing: Doing) => void;
  onChoose: (id: string) => void;
}

/** The chosen department: where it stands, who heads it, what can be done with it, and its people. */
export function DepartmentPanel({ node, departments, onAdd, onDo, onChoose }: Props) {
  const t = useTexts(organisationTexts);
  const navigate = useNavigate();
  const openForm = useOpenForm();
  const [below, setBelow] = useState(false);
  const [inviting, setInviting] = useState(false);
  const toggle = useToggle(node);
  const path = pathTo(departments, node.id);
  const acts: Record<string, () => void> = {
    add: () => { onAdd(node); },
    move: () => { onDo({ kind: 'move', node }); },
    merge: () => { onDo({ kind: 'merge', node }); },
    open: () => void navigate(`/o/department/${node.id}`),
    toggle: () => void toggle(),
  };
  const items = [
    { key: 'add', icon: <PlusOutlined />, label: t('below'), disabled: !node.active },
    { key: 'move', icon: <SwapOutlined />, label: t('moveTo') },
    { key: 'merge', icon: <MergeCellsOutlined />, label: t('mergeInto') },
    { key: 'open', icon: <ExportOutlined />, label: t('open') },
    { type: 'divider' as const },
    { key: 'toggle', icon: <PoweroffOutlined />, label: t(node.active ? 'disable' : 'enable'), danger: node.active },
  ];
  return (
    <section className="organisation-panel" aria-label={node.name}>
      {path.length > 1 ? (
        <Breadcrumb
          items={path.slice(0, -1).map((one) => ({ key: one.id, title: <button type="button" className="organisation-up" onClick={() => { onChoose(one.id); }}>{one.name}</button> }))}
        />
      ) : null}
      <header className="organisation-name">
        <ApartmentOutlined />
        <h2>{node.name}</h2>
        {node.active ? null : <Tag>{t('disabled')}</Tag>}
        <span className="organisation-tools">
          <Button icon={<EditOutlined />} onClick={() => { openForm({ object: 'department', id: node.id }); }}>{t('edit')}</Button>
          <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => acts[key]?.() }}>
            <Button icon={<MoreOutlined />} aria-label={t('actions')} title={t('actions')} />
          </Dropdown>
        </span>
      </header>
      <p className="organisation-facts">
        {t('head')} · {node.head ? <Link to={`/o/user/${node.head.id}`}>{node.head.name}</Link> : <span className="blank">{t('noHead')}</span>}
        <span>{t('counts', { n: node.people, whole: node.whole, below: node.below })}</span>
      </p>
      <div className="organisation-bar">
        <label><Switch size="small" checked={below} onChange={setBelow} /> {t('withBelow')}</label>
        {node.active ? <Button type="primary" icon={<UserAddOutlined />} onClick={() => { setInviting(true); }}>{t('invite')}</Button> : null}
      </div>
      <PeopleTable departments={below ? idsWithin(node) : [node.id]} showDepartment={below} />
      {inviting ? <InviteDialog department={node} onClose={() => { setInviting(false); }} /> : null}
    </section>
  );
}

/** Switches the department off, after a question, or on; what is in the way the server says. */
function useToggle(node: Node) {
  const t = useTexts(organisationTexts);
  const c = useTexts(common);
  const { done, failed, confirm } = useFeedback();
  const update = useUpdateRecord('department');
  const changed = useDataChanged();
  return async () => {
    const { name, active, id, version } = node;
    if (active && !(await confirm({ title: t('disableAsk', { name }), content: t('disableHint'), ok: t('disable'), cancel: c('cancel'), danger: true }))) return;
    try {
      const saved = await update.mutateAsync({ id, values: { active: !active }, version });
      done(t(active ? 'disabledDone' : 'enabledDone', { name }), () => { updateRecord('department', id, { active }, saved.version).then(changed).catch(failed); });
    } catch (error) {
      failed(error);
    }
  };
}
