import { Background, Controls, Handle, MarkerType, Position, ReactFlow, type Edge, type Node, type NodeProps } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { besides, relationsOf } from './relations';
import { objectsTexts } from './texts';

const COLUMN = 290;
const ROW = 58;

type ObjectNode = Node<{ name: string; icon: string | null | undefined; self: boolean }>;

function Box({ data }: NodeProps<ObjectNode>) {
  return (
    <div className={data.self ? 'relation-node self' : 'relation-node'}>
      <Handle type="target" position={Position.Right} isConnectable={false} />
      <ObjectIcon icon={data.icon} /> {data.name}
      <Handle type="source" position={Position.Left} isConnectable={false} />
    </div>
  );
}

const NODES = { object: Box };

/** The object in the middle, what it points to at the left, what points to it at the right. A box leads to its object. */
export default function RelationMap({ object }: { object: string }) {
  const t = useTexts(objectsTexts);
  const label = useLabel();
  const model = useModel();
  const navigate = useNavigate();
  const { nodes, edges, height } = useMemo(() => {
    const relations = relationsOf(model, object);
    const left = besides(relations.filter((one) => one.object !== object), 'out');
    const right = besides(relations, 'in').filter(([name]) => !left.some(([other]) => other === name));
    const rows = Math.max(left.length, right.length, 1);
    const node = (name: string, column: number, row: number, of: number): ObjectNode => ({
      id: name, type: 'object', position: { x: column * COLUMN, y: (row + (rows - of) / 2) * ROW }, draggable: false,
      data: { name: label(model.object(name)?.label) || name, icon: model.object(name)?.icon, self: name === object },
    });
    const boxes = [node(object, 1, 0, 1), ...left.map(([name], n) => node(name, 0, n, left.length)), ...right.map(([name], n) => node(name, 2, n, right.length))];
    const shown = new Set(boxes.map(({ id }) => id));
    const lines = relations.filter((one) => one.object !== object && shown.has(one.object)).map((one): Edge => ({
      id: `${one.way} ${one.object} ${one.field}`,
      source: one.way === 'out' ? object : one.object,
      target: one.way === 'out' ? one.object : object,
      label: label(one.label),
      markerEnd: { type: MarkerType.ArrowClosed },
      style: one.part ? { strokeWidth: 2.5 } : undefined,
    }));
    return { nodes: boxes, edges: lines, height: Math.min(460, Math.max(180, rows * ROW + 40)) };
  }, [model, object, label]);
  return (
    <div className="relation-map" style={{ height }} role="img" aria-label={t('relations')}>
      <ReactFlow
        key={object}
        nodes={nodes}
        edges={edges}
        nodeTypes={NODES}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        nodesConnectable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        onNodeClick={(_, node) => void navigate(`/settings/objects/${node.id}/overview`)}
      >
        <Background gap={18} />
        <Controls showInteractive={false} />
      </ReactFlow>
    </div>
  );
}
