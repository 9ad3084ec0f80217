import { Input, InputNumber, Select, TimePicker } from 'antd';
import dayjs from 'dayjs';
import type { FilterScalar, FilterValue } from '@/api/types';
import { targetOf } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { asList, isMe, takesList, takesNothing } from './filterValues';
import { byTitle, useOptions } from './inputs';
import { LookupPicker } from './LookupPicker';
import { dimensionOf, NodePicker } from './NodePicker';
import { fieldTexts } from './texts';
import type { FilterProps } from './types';

const strings = (value: FilterValue | undefined): string[] =>
  asList(value).filter((v) => typeof v === 'string' || typeof v === 'number').map(String);

function Tags({ value, onChange }: Pick<FilterProps, 'value' | 'onChange'>) {
  const t = useTexts(fieldTexts);
  return (
    <Select mode="tags" open={false} suffixIcon={null} aria-label={t('value')} style={{ width: '100%' }} placeholder={t('values')} tokenSeparators={[',', '，', ';', '；', '\n']}
      value={strings(value)} onChange={(list: string[]) => { onChange(list.length > 0 ? list : undefined); }} />
  );
}

export function TextFilter({ operator, value, onChange }: FilterProps) {
  const t = useTexts(fieldTexts);
  if (takesNothing(operator)) return null;
  if (takesList(operator)) return <Tags value={value} onChange={onChange} />;
  return (
    <Input aria-label={t('value')} placeholder={t('value')} value={strings(value)[0] ?? ''}
      onChange={(event) => { onChange(event.target.value === '' ? undefined : event.target.value); }} />
  );
}

export function NumberFilter({ operator, value, onChange }: FilterProps) {
  const t = useTexts(fieldTexts);
  if (takesNothing(operator)) return null;
  if (takesList(operator)) return <Tags value={value} onChange={onChange} />;
  return (
    <InputNumber<string> stringMode controls={false} aria-label={t('value')} style={{ width: '100%' }} placeholder={t('value')} value={strings(value)[0] ?? null}
      onChange={(text) => { onChange(text ?? undefined); }} />
  );
}

export function BooleanFilter({ operator, value, onChange }: FilterProps) {
  const t = useTexts(fieldTexts);
  if (takesNothing(operator)) return null;
  return (
    <Select aria-label={t('value')} style={{ width: '100%' }} placeholder={t('choose')} value={typeof value === 'boolean' ? String(value) : undefined}
      options={[{ value: 'true', label: t('yes') }, { value: 'false', label: t('no') }]} onChange={(text: string) => { onChange(text === 'true'); }} />
  );
}

export function SelectFilter({ field, operator, value, onChange }: FilterProps) {
  const t = useTexts(fieldTexts);
  // Old records may hold options that are out of use: a filter offers them all.
  const options = useOptions(field.options, (field.options ?? []).map((o) => o.value));
  if (takesNothing(operator)) return null;
  const many = takesList(operator);
  return (
    <Select<string | string[]> mode={many ? 'multiple' : undefined} aria-label={t('value')} style={{ width: '100%' }} placeholder={t('choose')} options={options}
      showSearch={{ filterOption: byTitle }} popupMatchSelectWidth={false} value={many ? strings(value) : strings(value)[0]}
      onChange={(given: string | string[] | undefined) => { onChange(given === undefined || given.length === 0 ? undefined : given); }} />
  );
}

const ME_ID = '$me';

/** Records to compare a link with; for people also "me", which means whoever looks at the view. */
export function LinkFilter({ field, operator, value, onChange, fixed }: FilterProps) {
  const t = useTexts(fieldTexts);
  const label = useLabel();
  if (takesNothing(operator)) return null;
  const target = targetOf(field);
  if (!target) return <TextFilter field={field} operator={operator} value={value} onChange={onChange} />;
  const many = takesList(operator);
  const ids = asList(value).map((v) => (isMe(v) ? ME_ID : String(v)));
  const dimension = dimensionOf(field);
  if (dimension !== undefined) {
    const choose = (given: string[]) => { onChange(given.length === 0 ? undefined : many ? given : given[0]); };
    return <NodePicker inactive allowClear label={t('value')} dimension={dimension} multiple={many} value={ids} onChange={choose} />;
  }
  return (
    <LookupPicker
      label={t('value')}
      object={target}
      multiple={many}
      value={ids}
      names={{ [ME_ID]: t('me') }}
      extra={target === 'user' && !fixed ? [{ id: ME_ID, name: t('me'), detail: label(field.label) }] : undefined}
      onChange={(given) => {
        const list = given.map((id): FilterScalar => (id === ME_ID ? { me: true } : id));
        onChange(list.length === 0 ? undefined : many ? list : list[0]);
      }}
    />
  );
}

export function TimeFilter({ operator, value, onChange }: FilterProps) {
  if (takesNothing(operator)) return null;
  const text = strings(value)[0];
  return (
    <TimePicker style={{ width: '100%' }} format="HH:mm" value={text ? dayjs(`2000-01-01T${text}`) : null}
      onChange={(time) => { onChange(time?.format('HH:mm:ss') ?? undefined); }} />
  );
}

/** Types that can only be blank or not. */
export const PresenceFilter = () => null;
