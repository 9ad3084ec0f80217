import { Tree, type TreeDataNode } from 'antd';
import { useState } from 'react';
import { useTexts } from '@/i18n';
import { organisationTexts } from './texts';
import { idsWithin, type Node } from './tree';

interface Props {
  roots: Node[];
  /** Show everything open: the trees are what a search has left. */
  all: boolean;
  chosen: string | undefined;
  onChoose: (id: string) => void;
  onMove: (node: Node, target: Node) => void;
}

const OPEN_AT_FIRST = 2;

const upTo = (nodes: Node[], levels: number): string[] =>
  levels === 0 ? [] : nodes.flatMap((node) => [node.id, ...upTo(node.children, levels - 1)]);

/**
 * The tree itself: arrow keys walk it, a department dragged onto another is to be moved below it.
 *
 * The dragging is our own: the tree's puts what is dropped on the upper half of a department below the one before it.
 */
export function DepartmentTree({ roots, all, chosen, onChoose, onMove }: Props) {
  const t = useTexts(organisationTexts);
  const [open, setOpen] = useState(() => upTo(roots, OPEN_AT_FIRST));
  const [dragged, setDragged] = useState<Node>();
  const [over, setOver] = useState<string>();
  const takes = (node: Node) => dragged !== undefined && dragged.parent !== node.id && node.active && !idsWithin(dragged).includes(node.id);
  const end = () => {
    setDragged(undefined);
    setOver(undefined);
  };
  const drop = (node: Node) => {
    if (dragged && takes(node)) onMove(dragged, node);
    end();
  };
  const draw = (node: Node): TreeDataNode => ({
    key: node.id,
    title: (
      <span
        className={['department', node.active ? '' : 'off', over === node.id ? 'over' : ''].filter(Boolean).join(' ')}
        draggable
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = 'move';
          event.dataTransfer.setData('text/plain', node.name);
          setDragged(node);
        }}
        onDragOver={(event) => {
          if (!takes(node)) return;
          event.preventDefault();
          setOver(node.id);
        }}
        onDragLeave={() => { setOver(undefined); }}
        onDrop={(event) => {
          event.preventDefault();
          drop(node);
        }}
        onDragEnd={end}
      >
        <span className="department-name">{node.name}</span>
        {node.head ? <span className="department-head">{node.head.name}</span> : null}
        {node.active ? null : <span className="department-head">{t('disabled')}</span>}
        <span className="department-count" title={t('counts', { n: node.people, whole: node.whole, below: node.below })}>{node.whole}</span>
      </span>
    ),
    children: node.children.map(draw),
  });
  return (
    <Tree
      blockNode
      treeData={roots.map(draw)}
      expandedKeys={all ? roots.flatMap(idsWithin) : open}
      onExpand={(keys) => { setOpen(keys.map(String)); }}
      selectedKeys={chosen ? [chosen] : []}
      onSelect={(keys) => { if (keys[0] !== undefined) onChoose(String(keys[0])); }}
    />
  );
}
