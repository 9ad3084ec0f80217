import { PlusOutlined, SearchOutlined } from '@ant-design/icons';
import { useDraggable } from '@dnd-kit/core';
import { Input } from 'antd';
import { useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import type { RelatedBody } from '@/api/layouts';
import type { FieldMeta } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { newSection, placedNames, putField, relatedKey, type LayoutDraft } from './draft';
import type { Change } from './LayoutEditor';
import { relatedChoices } from './related';
import { layoutTexts } from './texts';

/** Fields that no layout places: the product's own bookkeeping. */
const NEVER = new Set(['id', 'version']);

interface Props {
  object: ObjectModel;
  draft: LayoutDraft;
  onChange: Change;
}

/** What is not on the layout yet. */
export function Palette({ object, draft, onChange }: Props) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const model = useModel();
  const [sought, setSought] = useState('');
  const fits = (text: string) => text.toLowerCase().includes(sought.trim().toLowerCase());
  const placed = placedNames(draft);
  const left = object.fields.filter(({ name }) => !placed.has(name) && !NEVER.has(name)).toSorted((a, b) => Number(a.system ?? false) - Number(b.system ?? false));
  const fields = left.filter((field) => fits(`${field.label.zh} ${field.label.en} ${field.name}`));
  const held = new Set(draft.related.map(relatedKey));
  const lists = relatedChoices(model, object).filter((choice) => !held.has(relatedKey(choice.body)) && fits(label(choice.label)));
  const add = (field: FieldMeta) => {
    onChange((now) => {
      const sections = now.sections.length > 0 ? now.sections : [newSection({ zh: '基本信息', en: 'Information' })];
      return putField({ ...now, sections }, field.name, sections.at(-1)?.key ?? '', Number.MAX_SAFE_INTEGER);
    });
  };
  const relate = (body: RelatedBody) => { onChange((now) => ({ ...now, related: [...now.related, body] })); };
  return (
    <aside className="layout-palette" aria-label={t('palette')}>
      <Input allowClear size="small" prefix={<SearchOutlined />} placeholder={t('find')} aria-label={t('find')} value={sought} onChange={(event) => { setSought(event.target.value); }} />
      <h3>{t('palette')}</h3>
      <p className="layout-hint">{t('paletteHint')}</p>
      {fields.length === 0 ? <p className="layout-none">{t(left.length === 0 ? 'allPlaced' : 'nothing')}</p> : null}
      <ul>{fields.map((field) => <li key={field.name}><Unplaced field={field} onAdd={() => { add(field); }} /></li>)}</ul>
      {lists.length > 0 ? <h3>{t('relatedPalette')}</h3> : null}
      <ul>
        {lists.map((choice) => (
          <li key={relatedKey(choice.body)}>
            <button type="button" className="layout-chip" aria-label={t('addRelated', { name: label(choice.label) })} onClick={() => { relate(choice.body); }}>
              <span>{label(choice.label)}</span><PlusOutlined />
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}

function Unplaced({ field, onAdd }: { field: FieldMeta; onAdd: () => void }) {
  const t = useTexts(layoutTexts);
  const label = useLabel();
  const { listeners, setNodeRef, isDragging } = useDraggable({ id: `new:${field.name}` });
  return (
    <button ref={setNodeRef} type="button" {...listeners} className={isDragging ? 'layout-chip away' : 'layout-chip'} aria-label={t('addField', { field: label(field.label) })} onClick={onAdd}>
      <span>{label(field.label)}</span><PlusOutlined />
    </button>
  );
}
