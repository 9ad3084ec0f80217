import { SettingOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useMemo, useState } from 'react';
import type { ImportColumn } from '@/api/imports';
import { isLink, useModel, type ObjectModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { BlankChoice, DateChoice, LinkChoice, NumberChoice } from './columnChoices';
import { mapTexts } from './mapTexts';
import { fieldOf, importable, isDated, isNumeric, listsOf, partsOf, planColumn, type ColumnPlan } from './plan';
import { ValueMap } from './ValueMap';

interface Props {
  object: ObjectModel;
  column: ImportColumn;
  plan: ColumnPlan;
  /** Fields that something fills already, this column's own among them. */
  taken: Set<string>;
  onChange: (plan: ColumnPlan) => void;
}

const OUT = '';
const SAMPLES_SHOWN = 3;

/** One column: which field it fills, and how its cells are read. */
export function ColumnRow({ object, column, plan, taken, onChange }: Props) {
  const t = useTexts(mapTexts);
  const label = useLabel();
  const model = useModel();
  const [more, setMore] = useState(false);
  const field = fieldOf(object, plan.field);
  const options = useMemo(
    () => [
      { value: OUT, label: t('leaveOut') },
      ...importable(object).flatMap((one) => [
        { value: one.name, label: label(one.label) + (one.required ? ' *' : '') },
        ...partsOf(one).map((part) => ({ value: `${one.name}.${part}`, label: t('part', { field: label(one.label), part: t(part as 'city') }) })),
      ]),
      ...listsOf(model, object).map(({ path, field: link }) => ({ value: path, label: t('listOf', { name: label(link.label) }) })),
    ],
    [object, model, label, t],
  );
  const whole = field !== undefined && plan.field === field.name;
  const props = { column, plan, onChange };
  return (
    <li className={plan.field === null ? 'map-row out' : 'map-row'}>
      <div className="map-column">
        <strong>{column.name}</strong>
        <span title={column.samples.join('\n')}>{column.samples.slice(0, SAMPLES_SHOWN).join(' · ') || t('noSamples')}</span>
      </div>
      <Select
        className="map-field"
        aria-label={t('fieldFor', { column: column.name })}
        showSearch={{ optionFilterProp: 'label' }}
        popupMatchSelectWidth={260}
        value={plan.field ?? OUT}
        options={options.map((option) => ({ ...option, disabled: option.value !== plan.field && taken.has(option.value) }))}
        onChange={(path: string) => {
          onChange(planColumn(model, object, path === OUT ? null : path, column));
          setMore(false);
        }}
      />
      <div className="map-how">
        {field && whole && isLink(field) ? <LinkChoice {...props} field={field} /> : null}
        {field && whole && isDated(field) ? <DateChoice {...props} /> : null}
        {field && whole && isNumeric(field) && (more || (plan.numbers ?? 'plain') !== 'plain') ? <NumberChoice {...props} /> : null}
        {field ? (
          <Button
            className="map-more"
            type="text"
            size="small"
            icon={<SettingOutlined />}
            title={t('more')}
            aria-label={`${t('more')}: ${column.name}`}
            aria-expanded={more}
            onClick={() => { setMore(!more); }}
          />
        ) : null}
      </div>
      {field && (more || plan.values.length > 0) ? (
        <div className="map-extra">
          <ValueMap {...props} field={field} />
          {more ? <BlankChoice {...props} /> : null}
        </div>
      ) : null}
    </li>
  );
}
