import { CloseOutlined, DeleteOutlined, DownOutlined, EyeOutlined, HolderOutlined, LockOutlined, SettingOutlined, StarOutlined, UpOutlined } from '@ant-design/icons';
import { useDraggable, useDroppable } from '@dnd-kit/core';
import { Tag, Tooltip } from 'antd';
import { type KeyboardEvent } from 'react';
import type { ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { dropField, markField, stepField, stepSection, type Placed, type SectionDraft } from './draft';
import type { Change } from './LayoutEditor';
import { layoutTexts } from './texts';

interface Props {
  object: ObjectModel;
  section: SectionDraft;
  place: number;
  last: boolean;
  onChange: Change;
  onSettings: () => void;
}

/** A section as a card: its fields in its columns, each a chip that is dragged, marked and taken out. */
export function SectionBox({ object, section, place, last, onChange, onSettings }: Props) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const name = label(section.label);
  const { setNodeRef: placeRef, isOver } = useDroppable({ id: `among:${String(place)}` });
  const { setNodeRef: endRef, isOver: overEnd } = useDroppable({ id: `end:${section.key}` });
  const { setNodeRef: handleRef, listeners, isDragging } = useDraggable({ id: `section:${section.key}` });
  const remove = () => { onChange((held) => ({ ...held, sections: held.sections.filter(({ key }) => key !== section.key) })); };
  return (
    <section ref={placeRef} className={['layout-box', isOver ? 'over' : '', isDragging ? 'away' : ''].filter(Boolean).join(' ')} aria-label={t('section', { name })}>
      <header>
        <span ref={handleRef} {...listeners} className="layout-handle" aria-hidden="true"><HolderOutlined /></span>
        <strong>{name}</strong>
        {section.collapsed ? <Tag>{t('closed')}</Tag> : null}
        {section.visible_when ? <Tag icon={<EyeOutlined />} color="blue">{t('conditional')}</Tag> : null}
        <span className="layout-acts">
          <button type="button" className="layout-mark" disabled={place === 0} aria-label={t('sectionUp', { name })} onClick={() => { onChange((held) => stepSection(held, section.key, -1)); }}><UpOutlined /></button>
          <button type="button" className="layout-mark" disabled={last} aria-label={t('sectionDown', { name })} onClick={() => { onChange((held) => stepSection(held, section.key, 1)); }}><DownOutlined /></button>
          <button type="button" className="layout-mark" aria-label={t('editSection', { name })} onClick={onSettings}><SettingOutlined /></button>
          <button type="button" className="layout-mark" aria-label={t('removeSection', { name })} onClick={remove}><DeleteOutlined /></button>
        </span>
      </header>
      <div ref={endRef} className={`layout-fields columns-${String(section.columns)}${overEnd ? ' over' : ''}`}>
        {section.fields.map((placed, at) => <FieldChip key={placed.name} object={object} placed={placed} section={section.key} at={at} onChange={onChange} />)}
        {section.fields.length === 0 ? <p className="layout-none">{t('emptySection')}</p> : null}
      </div>
    </section>
  );
}

interface ChipProps {
  object: ObjectModel;
  placed: Placed;
  section: string;
  at: number;
  onChange: Change;
}

function FieldChip({ object, placed, section, at, onChange }: ChipProps) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const field = object.field(placed.name);
  const text = label(field?.label) || placed.name;
  const { setNodeRef: slotRef, isOver } = useDroppable({ id: `at:${section}:${String(at)}` });
  const { setNodeRef: chipRef, listeners, isDragging } = useDraggable({ id: `field:${placed.name}` });
  const entered = field !== undefined && !field.system && field.type !== 'auto_number' && field.access === 'edit';
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Delete') onChange((held) => dropField(held, placed.name));
    else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowLeft')) onChange((held) => stepField(held, placed.name, -1));
    else if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowRight')) onChange((held) => stepField(held, placed.name, 1));
    else return;
    event.preventDefault();
  };
  const mark = (which: 'required' | 'read_only') => { onChange((held) => markField(held, placed.name, which, !placed[which])); };
  return (
    <div ref={slotRef} className={isOver ? 'layout-slot over' : 'layout-slot'}>
      <div ref={chipRef} role="group" tabIndex={0} data-field={placed.name} aria-label={t('field', { field: text })} onKeyDown={onKey} className={isDragging ? 'layout-chip placed away' : 'layout-chip placed'}>
        <span {...listeners} className="layout-grip">{placed.required || field?.required ? <em aria-hidden="true">*</em> : null}{text}</span>
        {entered ? (
          <>
            <Tooltip title={field.required ? t('always') : t('required')}>
              <button type="button" className={placed.required ? 'layout-mark on' : 'layout-mark'} aria-pressed={placed.required} disabled={field.required} aria-label={t('markRequired', { field: text })} onClick={() => { mark('required'); }}><StarOutlined /></button>
            </Tooltip>
            <Tooltip title={t('readOnly')}>
              <button type="button" className={placed.read_only ? 'layout-mark on' : 'layout-mark'} aria-pressed={placed.read_only} aria-label={t('markReadOnly', { field: text })} onClick={() => { mark('read_only'); }}><LockOutlined /></button>
            </Tooltip>
          </>
        ) : null}
        <button type="button" className="layout-mark" aria-label={t('drop', { field: text })} onClick={() => { onChange((held) => dropField(held, placed.name)); }}><CloseOutlined /></button>
      </div>
    </div>
  );
}
