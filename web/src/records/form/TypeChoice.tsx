import { Button, Modal, Radio } from 'antd';
import { useState } from 'react';
import type { ObjectModel } from '@/api/metadata';
import type { RecordTypeMeta } from '@/api/types';
import { common, useLabel, useTexts } from '@/i18n';
import { formTexts } from './texts';
import './form.css';

interface Props {
  object: ObjectModel;
  types: RecordTypeMeta[];
  open: boolean;
  onClose: () => void;
  onClosed: () => void;
  onChoose: (type: string) => void;
}

/** Before the form of a new record: which of the types that this person may create it is to be. */
export function TypeChoice({ object, types, open, onClose, onClosed, onChoose }: Props) {
  const t = useTexts(formTexts);
  const c = useTexts(common);
  const label = useLabel();
  const [chosen, setChosen] = useState((types.find(({ name }) => name === object.preselected_type) ?? types[0])?.name ?? '');
  return (
    <Modal
      open={open}
      width={480}
      title={t('newOf', { object: label(object.label) })}
      onCancel={onClose}
      afterClose={onClosed}
      footer={[
        <Button key="cancel" onClick={onClose}>{c('cancel')}</Button>,
        <Button key="next" type="primary" onClick={() => { onChoose(chosen); }}>{t('next')}</Button>,
      ]}
    >
      <p id="type-choice">{t('chooseType')}</p>
      <Radio.Group className="type-choice" aria-labelledby="type-choice" value={chosen} onChange={(event) => { setChosen(String(event.target.value)); }}>
        {types.map((type) => (
          <Radio key={type.name} value={type.name} autoFocus={type.name === chosen} onKeyDown={(event) => { if (event.key === 'Enter') onChoose(chosen); }}>
            {label(type.label)}
            {type.description ? <small>{label(type.description)}</small> : null}
          </Radio>
        ))}
      </Radio.Group>
    </Modal>
  );
}
