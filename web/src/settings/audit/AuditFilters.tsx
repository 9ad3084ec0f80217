import { SearchOutlined } from '@ant-design/icons';
import { Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import { LookupPicker } from '@/fields';
import { useLabel, useTexts } from '@/i18n';
import { useDebounced } from '@/ui/useDebounced';
import { PERIODS, type Wanted } from './question';
import { auditTexts } from './texts';

interface Props {
  object: ObjectModel;
  wanted: Wanted;
  onChange: (changes: Partial<Wanted>) => void;
}

export function AuditFilters({ object, wanted, onChange }: Props) {
  const t = useTexts(auditTexts);
  const label = useLabel();
  const model = useModel();
  const areas = (object.field('area')?.options ?? []).map((o) => ({ value: o.value, label: label(o.label) }));
  const objects = model.objects.filter((o) => o.name !== object.name).map((o) => ({ value: o.name, label: label(o.label) }));
  return (
    <div className="audit-filters">
      <Select aria-label={t('period')} value={wanted.period} options={PERIODS.map((p) => ({ value: p, label: t(p) }))} onChange={(period) => { onChange({ period }); }} />
      <Select aria-label={t('area')} allowClear placeholder={t('areaAll')} value={wanted.area || undefined} options={areas} onChange={(area?: string) => { onChange({ area: area ?? '' }); }} />
      <div className="audit-who">
        <LookupPicker object="user" label={t('who')} placeholder={t('whoAll')} allowClear value={wanted.who ? [wanted.who] : []} onChange={(ids) => { onChange({ who: ids[0] ?? '' }); }} />
      </div>
      <Select
        aria-label={t('object')}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('objectAll')}
        value={wanted.object || undefined}
        options={objects}
        onChange={(name?: string) => { onChange({ object: name ?? '' }); }}
      />
      <TextFilter text={wanted.text} onChange={(text) => { onChange({ text }); }} />
    </div>
  );
}

/** Asks only once the typing has paused. */
function TextFilter({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const t = useTexts(auditTexts);
  const [typed, setTyped] = useState(text);
  const settled = useDebounced(typed, 250);
  useEffect(() => {
    if (settled !== text) onChange(settled);
    // Only what the person typed moves the address.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  return (
    <Input
      className="audit-text"
      allowClear
      prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />}
      placeholder={t('text')}
      aria-label={t('text')}
      value={typed}
      onChange={(event) => { setTyped(event.target.value); }}
    />
  );
}
