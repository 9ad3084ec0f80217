import { Modal, Radio } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import type { Values } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { formTexts } from './texts';

interface Props {
  object: ObjectModel;
  fields: string[];
  mine: Values;
  theirs: Values;
  onCancel: () => void;
  /** The names of the fields for which the person's own value is kept. */
  onChoose: (mine: Set<string>) => void;
}

/** Two people changed the same fields: both values of each, and the person chooses. */
export function ConflictChoice({ object, fields, mine, theirs, onCancel, onChoose }: Props) {
  const t = useTexts(formTexts);
  const label = useLabel();
  const [kept, setKept] = useState(() => new Set(fields));
  const show = (name: string, row: Values) => {
    const field = object.field(name);
    if (!field || isBlank(row[name])) return t('blank');
    const { Cell } = FIELD_WIDGETS[field.type];
    return <Cell field={field} value={row[name]} row={row} />;
  };
  const choose = (name: string, own: boolean) => {
    setKept((before) => {
      const next = new Set(before);
      if (own) next.add(name);
      else next.delete(name);
      return next;
    });
  };
  return (
    <Modal open width={560} title={t('conflictTitle')} okText={t('saveChosen')} onCancel={onCancel} onOk={() => { onChoose(kept); }}>
      <p>{t('conflictHint')}</p>
      {fields.map((name) => (
        <div key={name} className="form-conflict">
          <div className="form-conflict-field">{label(object.field(name)?.label)}</div>
          <Radio.Group value={kept.has(name)} onChange={(event) => { choose(name, event.target.value as boolean); }}>
            <Radio value><span className="form-conflict-side">{t('mine')}</span>{show(name, mine)}</Radio>
            <Radio value={false}><span className="form-conflict-side">{t('theirs')}</span>{show(name, theirs)}</Radio>
          </Radio.Group>
        </div>
      ))}
    </Modal>
  );
}
