import { DatePicker, InputNumber, Select, Space } from 'antd';
import dayjs from 'dayjs';
import { useDateFormats, useSettings, useTexts } from '@/i18n';
import { TextFilter } from './filters';
import { isRelative, takesList, takesNothing } from './filterValues';
import { fieldTexts, relativeTexts } from './texts';
import type { FilterProps } from './types';

export type RelativeName = keyof typeof relativeTexts;
const NAMES = Object.keys(relativeTexts) as RelativeName[];
export const isCounted = (name: string): boolean => name.includes('_N_');

const FIXED = 'fixed';

/** A day on the calendar, or a range that moves with it: today, this quarter, the last N days. */
export function DateFilter({ field, operator, value, onChange, fixed }: FilterProps) {
  const t = useTexts(fieldTexts);
  const relative = useTexts(relativeTexts);
  const { timezone } = useSettings();
  const timed = field.type === 'datetime';
  const formats = useDateFormats(timed);
  if (takesNothing(operator)) return null;
  if (takesList(operator)) return <TextFilter field={field} operator={operator} value={value} onChange={onChange} />;

  const moving = isRelative(value) ? value : undefined;
  const day = typeof value === 'string' ? value : undefined;
  const shown = day ? (timed ? dayjs(dayjs(day).tz(timezone).format('YYYY-MM-DDTHH:mm')) : dayjs(day)) : null;
  const mode = moving?.relative ?? (day === undefined && !fixed ? undefined : FIXED);
  // What moves is shown where it was stored, so that it can be replaced.
  const moves = fixed && !moving ? [] : NAMES;
  const choose = (name: string) => {
    if (name === FIXED) onChange(timed ? dayjs().tz(timezone).startOf('day').toISOString() : dayjs().tz(timezone).format('YYYY-MM-DD'));
    else onChange(isCounted(name) ? { relative: name, count: moving?.count ?? 30 } : { relative: name });
  };
  return (
    <Space.Compact block>
      {moves.length > 0 ? (
        <Select aria-label={t('value')} style={{ width: '100%', minWidth: 110 }} placeholder={t('choose')} value={mode} onChange={choose} popupMatchSelectWidth={false}
          options={[{ value: FIXED, label: t('onDate') }, ...moves.map((name) => ({ value: name as string, label: relative(name) }))]} />
      ) : null}
      {moving && isCounted(moving.relative) ? (
        <InputNumber min={0} max={10000} precision={0} style={{ width: 88, flex: 'none' }} aria-label={t('count')} value={moving.count ?? 30}
          onChange={(count) => { onChange({ relative: moving.relative, count: count ?? 0 }); }} />
      ) : null}
      {mode === FIXED ? (
        <DatePicker aria-label={moves.length > 0 ? undefined : t('value')} style={{ width: '100%', minWidth: 130 }} value={shown} allowClear={false} showTime={timed ? { format: 'HH:mm' } : false}
          format={formats}
          onChange={(d) => { if (d) onChange(timed ? dayjs.tz(d.format('YYYY-MM-DDTHH:mm'), timezone).toISOString() : d.format('YYYY-MM-DD')); }} />
      ) : null}
    </Space.Compact>
  );
}
