import { ApartmentOutlined, DownloadOutlined, FullscreenExitOutlined, FullscreenOutlined, PrinterOutlined } from '@ant-design/icons';
import { Background, ConnectionMode, Controls, MarkerType, ReactFlow, useEdgesState, useNodesState, type Connection, type Edge, type NodeChange, type ReactFlowInstance } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { Button, Segmented, Space, Tooltip } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import type { RecordAnswer } from '@/api/types';
import { useLabel, useSettings, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { EmptyState } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { AddPerson } from './AddPerson';
import { ContactNode, type PersonNode } from './ContactNode';
import { arrange, placesFor } from './layout';
import { Legend } from './Legend';
import type { Point } from './people';
import { PersonDrawer } from './PersonDrawer';
import { downloadPicture, pictureOf, printPicture } from './picture';
import { mapTexts } from './texts';
import { PEOPLE_MAX, useMapChanges, type ContactMap } from './useMap';

interface Props {
  object: ObjectModel;
  answer: RecordAnswer;
  map: ContactMap;
  title: string;
}

const NODES = { person: ContactNode };
const SAVE_AFTER = 500;
/** The library is under the MIT licence, which lets its mark be left out. */
const UNMARKED = { hideAttribution: true };

/** Places are whole numbers, and what is dragged comes to stand in line with what was arranged. */
const GRID: [number, number] = [2, 2];

const INDIGO = '#2f4a7d';
const VERMILION = '#b83a26';

const edgesOf = ({ people, influences }: ContactMap): Edge[] => {
  const there = new Set(people.map((person) => person.id));
  return [
    ...people.filter((person) => person.reportsTo !== null && there.has(person.reportsTo)).map((person): Edge => ({
      id: `reports:${person.id}`, source: person.reportsTo ?? '', target: person.id, sourceHandle: 'bottom', targetHandle: 'top', type: 'smoothstep', style: { stroke: INDIGO, strokeWidth: 1.5 },
    })),
    ...influences.filter((line) => there.has(line.from) && there.has(line.to)).map((line): Edge => ({
      id: `influence:${line.id}`, source: line.from, target: line.to, sourceHandle: 'bottom', targetHandle: 'top', animated: line.strong,
      style: { stroke: VERMILION, strokeWidth: line.strong ? 2.5 : 1.5, strokeDasharray: '6 4' }, markerEnd: { type: MarkerType.ArrowClosed, color: VERMILION },
    })),
  ];
};

const nodesOf = (map: ContactMap): PersonNode[] => {
  const places = placesFor(map.people, map.saved);
  return map.people.map((person) => ({ id: person.id, type: 'person', position: places.get(person.id) ?? { x: 0, y: 0 }, data: { person, connectable: map.editable }, ariaLabel: person.name, deletable: false }));
};

/** People as boxes that are dragged into place, with lines of reporting and influence that are drawn between them. */
export default function MapView({ object, answer, map, title }: Props) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const { language } = useSettings();
  const phone = useIsPhone();
  // On a phone boxes stay readable: what does not fit is a finger's width away.
  const fit = useMemo(() => ({ padding: 0.15, maxZoom: 1, minZoom: phone ? 0.6 : 0.2 }), [phone]);
  const { done } = useFeedback();
  const changes = useMapChanges(object, answer);
  const [nodes, setNodes, moveNodes] = useNodesState<PersonNode>(nodesOf(map));
  const [edges, setEdges, changeEdges] = useEdgesState<Edge>(edgesOf(map));
  const [full, setFull] = useState(false);
  const [drawing, setDrawing] = useState<'reporting' | 'influence'>('reporting');
  const [opened, setOpened] = useState<string>();
  const flow = useRef<ReactFlowInstance<PersonNode>>(undefined);
  const box = useRef<HTMLDivElement>(null);
  const waiting = useRef(new Map<string, Point>());
  const later = useRef<ReturnType<typeof setTimeout>>(undefined);

  // What was read anew is drawn, but nobody who is being moved jumps back to where they were stored.
  const [drawn, setDrawn] = useState(map);
  if (drawn !== map && (drawn.people !== map.people || drawn.influences !== map.influences || drawn.editable !== map.editable)) {
    setDrawn(map);
    const before = new Map(nodes.map((node) => [node.id, node]));
    setNodes(nodesOf(map).map((node) => ({ ...node, position: before.get(node.id)?.position ?? node.position, selected: before.get(node.id)?.selected })));
    setEdges(edgesOf(map));
  }
  const keep = () => {
    clearTimeout(later.current);
    const places = waiting.current;
    if (places.size === 0) return;
    waiting.current = new Map();
    void changes.place(places);
  };
  const leave = useRef(keep);
  useEffect(() => {
    leave.current = keep;
  });
  // Who leaves the page at once takes the last move along.
  useEffect(() => () => { leave.current(); }, []);
  useEffect(() => {
    const shown = setTimeout(() => void flow.current?.fitView(fit), 60);
    return () => { clearTimeout(shown); };
  }, [full, fit]);
  useEffect(() => {
    if (!full) return undefined;
    const escape = (event: KeyboardEvent) => { if (event.key === 'Escape' && opened === undefined) setFull(false); };
    window.addEventListener('keydown', escape);
    return () => { window.removeEventListener('keydown', escape); };
  }, [full, opened]);

  const moved = (list: NodeChange<PersonNode>[]) => {
    moveNodes(list);
    if (!map.editable) return;
    for (const change of list) if (change.type === 'position' && change.dragging !== true && change.position) waiting.current.set(change.id, change.position);
    if (waiting.current.size === 0) return;
    clearTimeout(later.current);
    later.current = setTimeout(keep, SAVE_AFTER);
  };
  const tidy = async () => {
    const places = arrange(map.people);
    setNodes((before) => before.map((node) => ({ ...node, position: places.get(node.id) ?? node.position })));
    setTimeout(() => void flow.current?.fitView(fit), 60);
    if (map.editable && (await changes.place(places))) done(t('arranged'));
  };
  const connect = ({ source, target }: Connection) => {
    if (source === target) return;
    void (drawing === 'reporting' ? changes.report(target, source) : changes.influence(source, target));
  };
  const removeLines = async (gone: Edge[]) => {
    for (const { id } of gone) {
      const [kind = '', of = ''] = id.split(':');
      if (await (kind === 'reports' ? changes.report(of, null) : changes.removeInfluence(of))) done(t('lineRemoved'));
    }
  };
  const picture = () => pictureOf({
    title: `${title} · ${String(answer.record[object.name_field] ?? '')}`, language, label,
    people: map.people.map((person) => ({ person, at: nodes.find((node) => node.id === person.id)?.position ?? { x: 0, y: 0 } })),
    influences: map.influences,
  });
  const person = map.people.find((one) => one.id === opened);

  if (map.people.length === 0) {
    return <EmptyState title={t('none')} hint={t(map.deal ? 'noneDeal' : 'noneAccount')} action={<AddPerson object={object} answer={answer} map={map} changes={changes} />} />;
  }
  return (
    <div ref={box} className={full ? 'map-view full' : 'map-view'}>
      <div className="map-tools">
        <AddPerson object={object} answer={answer} map={map} changes={changes} />
        {map.editable ? (
          <Tooltip title={t('drawHint')}>
            <Segmented<'reporting' | 'influence'> size="small" aria-label={t('draw')} value={drawing} options={[{ value: 'reporting', label: t('reporting') }, { value: 'influence', label: t('influence') }]} onChange={setDrawing} />
          </Tooltip>
        ) : null}
        <Space className="map-buttons" size={4}>
          <Button size="small" icon={<ApartmentOutlined />} onClick={() => void tidy()}>{phone ? null : t('arrange')}</Button>
          <Button size="small" icon={<PrinterOutlined />} aria-label={t('print')} title={t('print')} onClick={() => { printPicture(picture()); }} />
          <Button size="small" icon={<DownloadOutlined />} aria-label={t('download')} title={t('download')} onClick={() => void downloadPicture(picture(), title)} />
          <Button size="small" icon={full ? <FullscreenExitOutlined /> : <FullscreenOutlined />} aria-label={t(full ? 'exitFull' : 'full')} title={t(full ? 'exitFull' : 'full')} onClick={() => { setFull(!full); }} />
        </Space>
      </div>
      <div className="map-canvas" role="group" aria-label={title}>
        <ReactFlow<PersonNode>
          nodes={nodes} edges={edges} nodeTypes={NODES} proOptions={UNMARKED} fitView fitViewOptions={fit} minZoom={0.2}
          snapToGrid snapGrid={GRID} connectionMode={ConnectionMode.Loose} nodesDraggable={map.editable} nodesConnectable={map.editable} edgesFocusable={map.editable}
          zoomOnScroll={full} preventScrolling={full} panOnDrag deleteKeyCode={map.editable ? ['Delete', 'Backspace'] : null}
          onInit={(instance) => { flow.current = instance; }}
          onNodesChange={moved} onEdgesChange={changeEdges} onConnect={connect} onEdgesDelete={(gone) => void removeLines(gone)}
          onNodeDoubleClick={(_, node) => { setOpened(node.id); }}
          onNodeClick={(event, node) => { if (event.detail === 1 && phone) setOpened(node.id); }}
          onKeyDown={(event) => { if (event.key === 'Enter') setOpened(nodes.find((node) => node.selected)?.id ?? (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset.id); }}
        >
          <Background gap={20} color="#e3dfd6" />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
      <Legend map={map} />
      {map.cut ? <p className="map-note">{t('cut', { n: PEOPLE_MAX })}</p> : null}
      {map.editable ? <p className="map-note">{t('help')}</p> : null}
      <PersonDrawer person={person} map={map} changes={changes} onClose={() => { setOpened(undefined); }} />
    </div>
  );
}
