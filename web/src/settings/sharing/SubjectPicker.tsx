import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Select } from 'antd';
import { useModel } from '@/api/metadata';
import type { Subject, SubjectObject } from '@/api/sharing';
import { LookupPicker } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { sharingTexts } from './texts';

const KINDS: SubjectObject[] = ['public_group', 'department', 'role', 'user'];

export const noSubject = (): Subject => ({ object: 'public_group', id: '', with_below: false });

interface Props {
  value: Subject;
  onChange: (subject: Subject) => void;
  /** What the record is called, for those who only hear it. */
  label: string;
  onRemove?: () => void;
  status?: 'error';
}

/** First the kind, then who; of a department also those below it. */
export function SubjectPicker({ value, onChange, label: called, onRemove, status }: Props) {
  const t = useTexts(sharingTexts);
  const model = useModel();
  const label = useLabel();
  return (
    <div className="subject">
      <div className="subject-kind">
        <Select<SubjectObject>
          style={{ width: '100%' }}
          popupMatchSelectWidth={false}
          aria-label={`${called} · ${t('kind')}`}
          value={value.object}
          options={KINDS.map((name) => ({ value: name, label: label(model.object(name)?.label) }))}
          onChange={(object) => { onChange({ object, id: '', with_below: false }); }}
        />
      </div>
      <div className="subject-who">
        <LookupPicker
          key={value.object}
          object={value.object}
          label={called}
          status={status}
          value={value.id ? [value.id] : []}
          names={value.name ? { [value.id]: value.name } : undefined}
          onChange={(ids, rows) => { onChange({ ...value, id: ids[0] ?? '', name: rows[0]?.name ?? undefined }); }}
        />
      </div>
      {value.object === 'department' ? (
        <Checkbox checked={value.with_below} onChange={(event) => { onChange({ ...value, with_below: event.target.checked }); }}>{t('withBelow')}</Checkbox>
      ) : null}
      {onRemove ? <Button type="text" icon={<DeleteOutlined />} aria-label={t('removeTarget')} title={t('removeTarget')} onClick={onRemove} /> : null}
    </div>
  );
}

export function SubjectList({ value, onChange, label }: { value: Subject[]; onChange: (subjects: Subject[]) => void; label: string }) {
  const t = useTexts(sharingTexts);
  return (
    <div className="subjects">
      {value.map((subject, index) => (
        <SubjectPicker
          key={index}
          label={value.length > 1 ? `${label} ${String(index + 1)}` : label}
          value={subject}
          onChange={(changed) => { onChange(value.with(index, changed)); }}
          onRemove={value.length > 1 ? () => { onChange(value.toSpliced(index, 1)); } : undefined}
        />
      ))}
      <Button size="small" icon={<PlusOutlined />} onClick={() => { onChange([...value, noSubject()]); }}>{t('addTarget')}</Button>
    </div>
  );
}
