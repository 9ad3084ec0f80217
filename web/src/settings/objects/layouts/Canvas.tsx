import { CloseOutlined, DeleteOutlined, DownOutlined, PlusOutlined, SettingOutlined, UpOutlined } from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { moved, newSection, relatedKey, type LayoutDraft, type SectionDraft } from './draft';
import type { Change } from './LayoutEditor';
import { relatedLabel } from './related';
import { RelatedDialog } from './RelatedDialog';
import { SectionBox } from './SectionBox';
import { SectionDialog } from './SectionDialog';
import { layoutTexts } from './texts';

interface Props {
  object: ObjectModel;
  draft: LayoutDraft;
  onChange: Change;
}

/** The layout itself: highlights, sections, related lists. */
export function Canvas({ object, draft, onChange }: Props) {
  const t = useTexts(layoutTexts);
  const [open, setOpen] = useState<SectionDraft>();
  const add = () => {
    const section = newSection({ zh: '新分节', en: 'New section' });
    onChange((held) => ({ ...held, sections: [...held.sections, section] }));
    setOpen(section);
  };
  return (
    <main className="layout-canvas">
      <p className="layout-hint layout-keys">{t('keys')}</p>
      <Highlights object={object} draft={draft} onChange={onChange} />
      {draft.sections.map((section, place) => (
        <SectionBox key={section.key} object={object} section={section} place={place} last={place === draft.sections.length - 1} onChange={onChange} onSettings={() => { setOpen(section); }} />
      ))}
      <Button type="dashed" block icon={<PlusOutlined />} onClick={add}>{t('addSection')}</Button>
      <Related draft={draft} onChange={onChange} />
      {open ? (
        <SectionDialog
          object={object}
          section={open}
          onClose={() => { setOpen(undefined); }}
          onSave={(changes) => {
            onChange((held) => ({ ...held, sections: held.sections.map((one) => (one.key === open.key ? { ...one, ...changes } : one)) }));
            setOpen(undefined);
          }}
        />
      ) : null}
    </main>
  );
}

function Highlights({ object, draft, onChange }: Props) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const free = object.fields.filter(({ name }) => !draft.highlights.includes(name) && name !== object.name_field && name !== 'id' && name !== 'version');
  return (
    <section className="layout-box" aria-label={t('highlights')}>
      <header><strong>{t('highlights')}</strong> <small>{t('highlightsHint')}</small></header>
      <div className="layout-highlights">
        {draft.highlights.map((name) => {
          const text = label(object.field(name)?.label) || name;
          return (
            <span key={name} className="layout-chip">
              <span>{text}</span>
              <button type="button" className="layout-mark" aria-label={t('dropHighlight', { field: text })} onClick={() => { onChange((held) => ({ ...held, highlights: held.highlights.filter((one) => one !== name) })); }}><CloseOutlined /></button>
            </span>
          );
        })}
        <Dropdown
          trigger={['click']}
          menu={{
            items: free.map((field) => ({ key: field.name, label: label(field.label) })),
            style: { maxHeight: 320, overflow: 'auto' },
            onClick: ({ key }) => { onChange((held) => ({ ...held, highlights: [...held.highlights, key] })); },
          }}
        >
          <Button size="small" type="dashed" icon={<PlusOutlined />}>{t('addHighlight')}</Button>
        </Dropdown>
      </div>
    </section>
  );
}

function Related({ draft, onChange }: Omit<Props, 'object'>) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const model = useModel();
  const [open, setOpen] = useState<number>();
  const edited = open === undefined ? undefined : draft.related[open];
  const set = (change: (related: LayoutDraft['related']) => LayoutDraft['related']) => { onChange((held) => ({ ...held, related: change(held.related) })); };
  return (
    <section className="layout-box" aria-label={t('related')}>
      <header><strong>{t('related')}</strong></header>
      {draft.related.length === 0 ? <p className="layout-none">{t('noRelated')}</p> : null}
      <ul className="layout-related">
        {draft.related.map((one, place) => {
          const name = label(relatedLabel(model, one));
          const child = model.object(one.object);
          const columns = one.columns.map((path) => label(model.fieldAt(one.object, path)?.label) || path).join(' · ');
          return (
            <li key={relatedKey(one)} className="layout-chip">
              <span><strong>{name}</strong> <small>{columns}</small></span>
              <button type="button" className="layout-mark" disabled={place === 0} aria-label={`${t('up')} ${name}`} onClick={() => { set((list) => moved(list, place, place - 1)); }}><UpOutlined /></button>
              <button type="button" className="layout-mark" disabled={place === draft.related.length - 1} aria-label={`${t('down')} ${name}`} onClick={() => { set((list) => moved(list, place, place + 1)); }}><DownOutlined /></button>
              <button type="button" className="layout-mark" disabled={!child} aria-label={t('editRelated', { name })} onClick={() => { setOpen(place); }}><SettingOutlined /></button>
              <button type="button" className="layout-mark" aria-label={t('removeRelated', { name })} onClick={() => { set((list) => list.filter((_, n) => n !== place)); }}><DeleteOutlined /></button>
            </li>
          );
        })}
      </ul>
      {edited ? <RelatedDialog related={edited} onClose={() => { setOpen(undefined); }} onSave={(next) => { set((list) => list.map((one, n) => (n === open ? next : one))); setOpen(undefined); }} /> : null}
    </section>
  );
}
