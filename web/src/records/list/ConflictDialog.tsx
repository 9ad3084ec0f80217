import { Button, Modal } from 'antd';
import type { FieldMeta, Values } from '@/api/types';
import { FIELD_WIDGETS, isBlank } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { listTexts } from './texts';

interface Props {
  field: FieldMeta;
  mine: Values;
  theirs: Values;
  resolve: (useMine: boolean) => void;
}

/** Two people changed the same record: both values side by side, and the person chooses. */
export function ConflictDialog({ field, mine, theirs, resolve }: Props) {
  const t = useTexts(listTexts);
  const label = useLabel();
  const { Cell } = FIELD_WIDGETS[field.type];
  const side = (title: string, row: Values) => (
    <div className="conflict-side">
      <div className="conflict-title">{title}</div>
      {isBlank(row[field.name]) ? t('blankValue') : <Cell field={field} value={row[field.name]} row={row} place="page" />}
    </div>
  );
  return (
    <Modal
      open
      width={520}
      title={t('conflictTitle')}
      onCancel={() => { resolve(false); }}
      footer={[
        <Button key="theirs" onClick={() => { resolve(false); }}>{t('keepTheirs')}</Button>,
        <Button key="mine" type="primary" onClick={() => { resolve(true); }}>{t('useMine')}</Button>,
      ]}
    >
      <p>{t('conflictHint', { field: label(field.label) })}</p>
      <div className="conflict">
        {side(t('mine'), mine)}
        {side(t('theirs'), theirs)}
      </div>
    </Modal>
  );
}
