import { EllipsisOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown, Skeleton, Tag, Tree, type TreeProps } from 'antd';
import { useState } from 'react';
import { useDimensionNodes, type Dimension, type TreeNode } from '@/api/dimensions';
import { updateRecord, useDataChanged, useDeleteRecord } from '@/api/records';
import { common, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState, ErrorState } from '@/ui/states';
import { NodeDialog } from './NodeDialog';
import { dimensionTexts } from './texts';
import { moved, treeOf, type Branch } from '@/fields/nodeTree';

type Editing = { node?: TreeNode; parent: string | null };

/** The tree of values: added, renamed, dragged to another place, switched off. */
export function NodesTab({ dimension }: { dimension: Dimension }) {
  const t = useTexts(dimensionTexts);
  const { failed } = useFeedback();
  const changed = useDataChanged();
  const nodes = useDimensionNodes(dimension.key);
  const [editing, setEditing] = useState<Editing>();
  if (nodes.isPending) return <Skeleton active />;
  if (nodes.error) return <ErrorState error={nodes.error} onRetry={() => void nodes.refetch()} />;

  const known = nodes.data;
  const drop: TreeProps<Branch>['onDrop'] = (info) => {
    const target = info.node.node;
    const places = info.node.pos.split('-');
    const place = info.dropPosition - Number(places.at(-1));
    const parent = info.dropToGap ? target.parent_id : target.id;
    const siblings = treeAt(treeOf(known), parent);
    const next = info.dropToGap ? (place < 0 ? target.id : siblings[siblings.indexOf(target.id) + 1] ?? null) : null;
    void (async () => {
      try {
        for (const change of moved(known, info.dragNode.key, parent, next === info.dragNode.key ? null : next)) await updateRecord('dimension_node', change.id, change.values);
      } catch (error) {
        failed(error);
      }
      await changed();
    })();
  };
  return (
    <>
      <div className="dims-row">
        <p className="dims-hint">{known.length > 0 ? t('valuesHint') : ''}</p>
        <Button icon={<PlusOutlined />} onClick={() => { setEditing({ parent: null }); }}>{t('addValue')}</Button>
      </div>
      {known.length === 0 ? (
        <EmptyState title={t('noValues')} hint={t('noValuesHint')} />
      ) : (
        <Tree<Branch>
          blockNode
          defaultExpandAll
          draggable={{ icon: false }}
          selectable={false}
          treeData={treeOf(known)}
          onDrop={drop}
          titleRender={(branch) => <NodeTitle node={branch.node} onEdit={setEditing} />}
        />
      )}
      {editing ? <NodeDialog dimension={dimension} nodes={known} {...editing} onClose={() => { setEditing(undefined); }} /> : null}
    </>
  );
}

/** The ids of the branches that stand below `parent`, in order. */
function treeAt(branches: Branch[], parent: string | null): string[] {
  if (parent === null) return branches.map((branch) => branch.key);
  const find = (among: Branch[]): Branch | undefined => {
    for (const branch of among) {
      const found = branch.key === parent ? branch : find(branch.children);
      if (found) return found;
    }
    return undefined;
  };
  return (find(branches)?.children ?? []).map((branch) => branch.key);
}

function NodeTitle({ node, onEdit }: { node: TreeNode; onEdit: (editing: Editing) => void }) {
  const t = useTexts(dimensionTexts);
  const c = useTexts(common);
  const { done, failed, confirm } = useFeedback();
  const remove = useDeleteRecord('dimension_node');
  const acts: Record<string, () => void> = {
    below: () => { onEdit({ parent: node.id }); },
    edit: () => { onEdit({ node, parent: node.parent_id }); },
    remove: () => {
      void confirm({ title: t('removeValueAsk', { name: node.name }), content: t('removeValueHint'), ok: t('removeValue'), cancel: c('cancel'), danger: true }).then((ok) => {
        if (ok) remove.mutate(node.id, { onSuccess: () => { done(t('saved')); }, onError: failed });
      });
    },
  };
  const items = [
    { key: 'below', label: t('addBelow') },
    { key: 'edit', label: t('editValue') },
    { key: 'remove', label: t('removeValue'), danger: true },
  ];
  return (
    <span className={node.active ? 'dims-node' : 'dims-node dims-node-off'}>
      {node.name}
      {node.active ? null : <Tag>{t('off')}</Tag>}
      <Dropdown trigger={['click']} menu={{ items, onClick: ({ key, domEvent }) => { domEvent.stopPropagation(); acts[key]?.(); } }}>
        <Button type="text" size="small" icon={<EllipsisOutlined />} aria-label={t('actions', { name: node.name })} onClick={(event) => { event.stopPropagation(); }} />
      </Dropdown>
    </span>
  );
}
