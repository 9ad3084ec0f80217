import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Input, Segmented } from 'antd';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useDepartments } from '@/api/departments';
import { useModel } from '@/api/metadata';
import { useTexts } from '@/i18n';
import { useOpenForm } from '@/records/openForm';
import { EmptyState, ErrorState, PageSkeleton } from '@/ui/states';
import { DepartmentPanel } from './DepartmentPanel';
import { DepartmentTree } from './DepartmentTree';
import { MergeDialog } from './MergeDialog';
import { MoveDialog } from './MoveDialog';
import './organisation.css';
import { organisationTexts } from './texts';
import { findNode, narrowed, treeOf, type Node } from './tree';

/** What is about to happen to a department. */
export type Doing = { kind: 'move'; node: Node; target?: Node } | { kind: 'merge'; node: Node };

/** /settings/organisation: the departments as a tree, and the one that is chosen with its people. */
export default function OrganisationPage() {
  const t = useTexts(organisationTexts);
  const model = useModel();
  const openForm = useOpenForm();
  const [search, setSearch] = useSearchParams();
  const [text, setText] = useState('');
  const [doing, setDoing] = useState<Doing>();
  const typed = model.object('department')?.field('department_type') !== undefined;
  const side = search.get('type') === 'external' ? 'external' : 'internal';
  const found = useDepartments(typed);
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  if (found.isPending) return <PageSkeleton />;
  if (found.isError) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;

  const departments = typed ? found.data.filter((one) => (one.type === 'external') === (side === 'external')) : found.data;
  const roots = treeOf(departments);
  const shown = narrowed(roots, text);
  const chosen = findNode(roots, search.get('department') ?? undefined) ?? roots[0];
  const choose = (id: string) => { setSearch(typed ? { type: side, department: id } : { department: id }, { replace: true }); };
  const add = (parent?: Node) => {
    openForm({
      object: 'department',
      initial: {
        ...(parent ? { parent_id: parent.id, 'parent.name': parent.name } : {}),
        ...(typed ? { department_type: side } : {}),
      },
      onSaved: (saved) => { choose(saved.id); },
    });
  };
  return (
    <div className="organisation">
      <header className="organisation-head">
        <h1>{title}</h1>
        {typed ? (
          <Segmented<'internal' | 'external'>
            value={side}
            options={[{ value: 'internal', label: t('internal') }, { value: 'external', label: t('external') }]}
            onChange={(type) => { setSearch({ type }, { replace: true }); }}
          />
        ) : null}
        <Button icon={<PlusOutlined />} onClick={() => { add(); }}>{t('new')}</Button>
      </header>
      {roots.length === 0 ? <EmptyState title={t('none')} hint={t('noneHint')} /> : (
        <div className="organisation-columns">
          <section className="organisation-tree" aria-label={t('tree')}>
            <Input
              allowClear
              prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />}
              placeholder={t('search')}
              aria-label={t('search')}
              value={text}
              onChange={(event) => { setText(event.target.value); }}
            />
            {shown.length === 0 ? <p className="organisation-none">{t('nothing', { text: text.trim() })}</p> : (
              <DepartmentTree
                roots={shown}
                all={text.trim() !== ''}
                chosen={chosen?.id}
                onChoose={choose}
                onMove={(node, target) => { setDoing({ kind: 'move', node, target }); }}
              />
            )}
          </section>
          {chosen ? <DepartmentPanel key={chosen.id} node={chosen} departments={departments} onAdd={add} onDo={setDoing} onChoose={choose} /> : null}
        </div>
      )}
      {doing?.kind === 'move' ? <MoveDialog roots={roots} node={doing.node} target={doing.target} onClose={() => { setDoing(undefined); }} /> : null}
      {doing?.kind === 'merge' ? <MergeDialog roots={roots} node={doing.node} onClose={() => { setDoing(undefined); }} onMerged={choose} /> : null}
    </div>
  );
}
