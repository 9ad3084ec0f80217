import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import type { FieldMeta } from '@/api/types';
import { useTexts } from '@/i18n';
import { unknownTexts } from './choices';
import type { ChoiceProps } from './columnChoices';
import { mapTexts } from './mapTexts';
import type { Replacement } from './plan';
import { ValueInput } from './ValueInput';

/** What is written in the file, and what is imported in its place. */
export function ValueMap({ field, column, plan, onChange }: ChoiceProps & { field: FieldMeta }) {
  const t = useTexts(mapTexts);
  const set = (values: Replacement[]) => { onChange({ ...plan, values }); };
  const undecided = unknownTexts(field, column.samples).filter((text) => plan.values.find((value) => value.from === text)?.to === undefined);
  return (
    <div className="value-map" role="group" aria-label={t('valuesOf', { column: column.name })}>
      <div className="value-map-title">
        {t('values')}
        {undecided.length > 0 ? <span className="map-note warn">{t('unknown', { n: undecided.length })}</span> : null}
      </div>
      {plan.values.map((value, n) => (
        <div key={n} className="value-row">
          <Input aria-label={t('inFile')} placeholder={t('inFile')} value={value.from} onChange={(event) => { set(plan.values.with(n, { ...value, from: event.target.value })); }} />
          <span aria-hidden>→</span>
          <ValueInput field={field} plan={plan} text={value.from} value={value.to} onChange={(to) => { set(plan.values.with(n, { ...value, to })); }} />
          <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t('removeValue')} title={t('removeValue')} onClick={() => { set(plan.values.toSpliced(n, 1)); }} />
        </div>
      ))}
      <Button type="link" size="small" icon={<PlusOutlined />} onClick={() => { set([...plan.values, { from: '', to: undefined }]); }}>{t('addValue')}</Button>
    </div>
  );
}
