import { RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { DndContext, DragOverlay, MouseSensor, TouchSensor, pointerWithin, useSensor, useSensors, type CollisionDetection, type DragEndEvent } from '@dnd-kit/core';
import { Button, Drawer, Space, Switch } from 'antd';
import { useEffect, useReducer, useRef, useState } from 'react';
import type { LayoutBody } from '@/api/layouts';
import type { ObjectModel } from '@/api/metadata';
import { common, useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { useIsPhone } from '@/ui/useViewport';
import { Canvas } from './Canvas';
import { act, begin, fromBody, putField, putSection, toBody, type LayoutDraft } from './draft';
import { Palette } from './Palette';
import { Preview } from './Preview';
import { layoutTexts } from './texts';
import './layouts.css';

export type Change = (change: (draft: LayoutDraft) => LayoutDraft) => void;

interface Props {
  object: ObjectModel;
  title: string;
  body: LayoutBody;
  /** The name of the layout that is edited; null: the object's own. */
  name: string | null;
  saving: boolean;
  onSave: (body: LayoutBody) => Promise<boolean>;
  onClose: () => void;
}

/** What lies under the pointer: for a field the place before a field, else a section; for a section a place among them. */
const dropPlace: CollisionDetection = (args) => {
  const hits = pointerWithin(args);
  const section = String(args.active.id).startsWith('section:');
  const fits = hits.filter(({ id }) => String(id).startsWith('among:') === section);
  return fits.toSorted((a, b) => Number(String(b.id).startsWith('at:')) - Number(String(a.id).startsWith('at:'))).slice(0, 1);
};

/** The whole screen: what may be placed, the layout, and how it looks. Every change can be undone. */
export default function LayoutEditor({ object, title, body, name, saving, onSave, onClose }: Props) {
  const t = useTexts(layoutTexts);
  const c = useTexts(common);
  const label = useLabel();
  const phone = useIsPhone();
  const { confirm } = useFeedback();
  const [editing, dispatch] = useReducer(act, body, (given) => begin(fromBody(given)));
  const [preview, setPreview] = useState(!phone);
  const [dragged, setDragged] = useState<string>();
  const [start] = useState(editing.present);
  const draft = editing.present;
  const change: Change = (made) => { dispatch({ kind: 'change', change: made }); };
  const dirty = JSON.stringify(toBody(draft)) !== JSON.stringify(toBody(start));
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 200, tolerance: 8 } }),
  );
  const leave = async () => {
    if (!dirty || (await confirm({ title: t('leave'), content: t('leaveHint'), ok: t('discard'), cancel: t('stay'), danger: true }))) onClose();
  };
  const save = async () => {
    if (await onSave(toBody(draft))) onClose();
  };
  useShortcuts(() => { dispatch({ kind: 'undo' }); }, () => { dispatch({ kind: 'redo' }); });

  const drop = ({ active, over }: DragEndEvent) => {
    setDragged(undefined);
    if (!over) return;
    const [kind, what = ''] = String(active.id).split(':');
    const [place, key = '', at = ''] = String(over.id).split(':');
    if (kind === 'section') change((held) => putSection(held, what, Number(key)));
    else if (place === 'at') change((held) => putField(held, what, key, Number(at)));
    else change((held) => putField(held, what, key, Number.MAX_SAFE_INTEGER));
  };
  const liftedField = dragged ? object.field(dragged.split(':')[1] ?? '') : undefined;
  const liftedSection = draft.sections.find(({ key }) => dragged === `section:${key}`);
  return (
    <Drawer
      open
      placement="bottom"
      size="100%"
      className="layout-editor"
      closable={false}
      keyboard={false}
      title={t('editing', { name: title })}
      onClose={() => void leave()}
      extra={
        <Space wrap size={8}>
          <Button icon={<UndoOutlined />} title={`${t('undo')} (Ctrl+Z)`} aria-label={t('undo')} disabled={editing.past.length === 0} onClick={() => { dispatch({ kind: 'undo' }); }} />
          <Button icon={<RedoOutlined />} title={`${t('redo')} (Ctrl+Shift+Z)`} aria-label={t('redo')} disabled={editing.future.length === 0} onClick={() => { dispatch({ kind: 'redo' }); }} />
          <label className="layout-preview-switch"><Switch size="small" checked={preview} onChange={setPreview} aria-label={t('showPreview')} /> {t('preview')}</label>
          <Button onClick={() => void leave()}>{c('cancel')}</Button>
          <Button type="primary" loading={saving} disabled={!dirty} onClick={() => void save()}>{t('save')}</Button>
        </Space>
      }
    >
      <DndContext sensors={sensors} collisionDetection={dropPlace} onDragStart={({ active }) => { setDragged(String(active.id)); }} onDragCancel={() => { setDragged(undefined); }} onDragEnd={drop}>
        <div className={preview ? 'layout-work with-preview' : 'layout-work'}>
          <Palette object={object} draft={draft} onChange={change} />
          <Canvas object={object} draft={draft} onChange={change} />
          {preview ? <Preview object={object} draft={draft} name={name} /> : null}
        </div>
        <DragOverlay dropAnimation={null}>
          {liftedField ? <div className="layout-chip lifted">{label(liftedField.label)}</div> : liftedSection ? <div className="layout-chip lifted">{label(liftedSection.label)}</div> : null}
        </DragOverlay>
      </DndContext>
    </Drawer>
  );
}

/** Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y), but where a text is being typed, which has an undo of its own. */
function useShortcuts(undo: () => void, redo: () => void): void {
  const latest = useRef({ undo, redo });
  useEffect(() => { latest.current = { undo, redo }; });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || (event.target as HTMLElement).closest('input, textarea, .ant-modal')) return;
      const key = event.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      event.preventDefault();
      if (key === 'y' || event.shiftKey) latest.current.redo();
      else latest.current.undo();
    };
    window.addEventListener('keydown', onKey);
    return () => { window.removeEventListener('keydown', onKey); };
  }, []);
}
