import { Button, Checkbox, Drawer, Input, Segmented, Tag } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import type { FieldAccess } from '@/api/simulation';
import type { FieldMeta } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { EmptyState } from '@/ui/states';
import { useIsPhone } from '@/ui/useViewport';
import { levelOf, levelsOf, limitable, withField, type ObjectRights } from './rights';
import { profileTexts } from './texts';

const LEVELS: FieldAccess[] = ['hidden', 'read', 'edit'];
const NAMES = { hidden: 'hidden', read: 'read', edit: 'editable' } as const;

interface Props {
  object: ObjectModel;
  rights: ObjectRights;
  saved: ObjectRights;
  onChange: (change: (rights: ObjectRights) => ObjectRights) => void;
  onClose: () => void;
}

/** The fields of one object in a profile: hidden, read-only or editable. */
export function FieldsDrawer({ object, rights, saved, onChange, onClose }: Props) {
  const t = useTexts(profileTexts);
  const label = useLabel();
  const phone = useIsPhone();
  const [sought, setSought] = useState('');
  const [limited, setLimited] = useState(false);
  const text = sought.trim().toLowerCase();
  const fields = limitable(object.fields).filter(
    (field) =>
      `${field.label.zh} ${field.label.en} ${field.name}`.toLowerCase().includes(text) &&
      (!limited || field.name in rights.fields || field.name in saved.fields),
  );
  const setAll = (level: FieldAccess) => {
    onChange((held) => fields.reduce((to, field) => (levelsOf(field).includes(level) ? withField(to, field.name, stored(field, level)) : to), held));
  };
  return (
    <Drawer
      open
      title={t('fieldsOf', { object: label(object.label) })}
      size={phone ? '100%' : 560}
      onClose={onClose}
      footer={<div className="fields-footer"><Button type="primary" onClick={onClose}>{t('done')}</Button></div>}
    >
      <p className="fields-hint">{t('fieldsHint')}</p>
      <div className="fields-tools">
        <Input allowClear placeholder={t('findField')} aria-label={t('findField')} value={sought} onChange={(event) => { setSought(event.target.value); }} />
        <Checkbox checked={limited} onChange={(event) => { setLimited(event.target.checked); }}>{t('onlyLimited')}</Checkbox>
      </div>
      {fields.length === 0 ? <EmptyState title={t('noField')} /> : (
        <div className="fields-all">
          <span>{t('allFields')}</span>
          {LEVELS.map((level) => <Button key={level} size="small" onClick={() => { setAll(level); }}>{t(NAMES[level])}</Button>)}
        </div>
      )}
      <ul className="fields-list">
        {fields.map((field) => (
          <FieldRow
            key={field.name}
            field={field}
            level={levelOf(rights, field)}
            changed={rights.fields[field.name] !== saved.fields[field.name]}
            onLevel={(level) => { onChange((held) => withField(held, field.name, stored(field, level))); }}
          />
        ))}
      </ul>
    </Drawer>
  );
}

/** What the product keeps itself is read by default: then nothing has to be stored. */
const stored = (field: FieldMeta, level: FieldAccess): FieldAccess => (field.system && level === 'read' ? 'edit' : level);

function FieldRow({ field, level, changed, onLevel }: { field: FieldMeta; level: FieldAccess; changed: boolean; onLevel: (level: FieldAccess) => void }) {
  const t = useTexts(profileTexts);
  const label = useLabel();
  const open = levelsOf(field);
  return (
    <li className={changed ? 'fields-changed' : undefined}>
      <span>
        {label(field.label)}
        {field.required ? <Tag>{t('fieldRequired')}</Tag> : null}
        {field.system ? <Tag>{t('fieldSystem')}</Tag> : null}
        {changed ? <span className="matrix-dot" title={t('changed')} role="img" aria-label={t('changed')} /> : null}
      </span>
      <Segmented<FieldAccess>
        size="small"
        aria-label={label(field.label)}
        value={level}
        onChange={onLevel}
        options={LEVELS.filter((one) => one !== 'edit' || !field.system).map((one) => ({
          value: one,
          label: t(NAMES[one]),
          disabled: !open.includes(one),
          title: one === 'hidden' && !open.includes(one) ? t('cannotHide') : undefined,
        }))}
      />
    </li>
  );
}
