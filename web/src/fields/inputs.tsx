import { MailOutlined, PhoneOutlined } from '@ant-design/icons';
import { DatePicker, Input, InputNumber, Select, Switch, TimePicker } from 'antd';
import dayjs from 'dayjs';
import type { Option } from '@/api/types';
import { CURRENCY_SIGN, useDateFormats, useLabel, useSettings, useTexts } from '@/i18n';
import { groupThousands } from '@/i18n/decimal';
import { OptionTag } from '@/ui/OptionTag';
import { fieldTexts } from './texts';
import type { InputProps } from './types';

export const asText = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');
const orNull = (value: string): string | null => (value === '' ? null : value);

const shared = ({ id, disabled, autoFocus, size, status }: InputProps) => ({ id, disabled, autoFocus, size, status });

export function TextInput(props: InputProps) {
  const { field, value, onChange } = props;
  return (
    <Input
      {...shared(props)}
      value={asText(value)}
      maxLength={field.length ?? undefined}
      onChange={(event) => { onChange(orNull(event.target.value)); }}
    />
  );
}

export function EmailInput(props: InputProps) {
  return (
    <Input {...shared(props)} type="email" inputMode="email" prefix={<MailOutlined />} value={asText(props.value)}
      onChange={(event) => { props.onChange(orNull(event.target.value)); }} />
  );
}

export function PhoneInput(props: InputProps) {
  return (
    <Input {...shared(props)} type="tel" inputMode="tel" prefix={<PhoneOutlined />} value={asText(props.value)}
      onChange={(event) => { props.onChange(orNull(event.target.value)); }} />
  );
}

export function UrlInput(props: InputProps) {
  return (
    <Input {...shared(props)} type="url" inputMode="url" placeholder="https://" value={asText(props.value)}
      onChange={(event) => { props.onChange(orNull(event.target.value)); }} />
  );
}

export function LongTextInput(props: InputProps) {
  const cell = props.place === 'cell';
  return (
    <Input.TextArea {...shared(props)} autoSize={{ minRows: cell ? 1 : 3, maxRows: cell ? 4 : 12 }}
      maxLength={props.field.length ?? undefined} value={asText(props.value)}
      onChange={(event) => { props.onChange(orNull(event.target.value)); }} />
  );
}

/** Decimals stay texts: `stringMode` keeps every digit that was typed. */
function Decimal({ prefix, suffix, ...props }: InputProps & { prefix?: string; suffix?: string }) {
  const { field, value, onChange } = props;
  const scale = field.type === 'integer' ? 0 : (field.scale ?? undefined);
  return (
    <InputNumber<string>
      {...shared(props)}
      stringMode
      style={{ width: '100%' }}
      inputMode="decimal"
      controls={false}
      prefix={prefix}
      suffix={suffix}
      precision={scale}
      value={asText(value) || null}
      formatter={(text) => groupThousands(String(text ?? ''))}
      parser={(text) => (text ?? '').replace(/[,，\s¥￥%]/g, '')}
      onChange={(text) => {
        const given = text === null ? null : orNull(String(text));
        onChange(field.type === 'integer' && given !== null ? Number(given) : given);
      }}
    />
  );
}

export const NumberInput = (props: InputProps) => <Decimal {...props} />;
export const CurrencyInput = (props: InputProps) => <Decimal {...props} prefix={CURRENCY_SIGN} />;
export const PercentInput = (props: InputProps) => <Decimal {...props} suffix="%" />;

const popupWhenInCell = (props: InputProps) => (props.place === 'cell' && props.autoFocus ? { defaultOpen: true } : {});

export function DateInput(props: InputProps) {
  const value = asText(props.value);
  const formats = useDateFormats();
  return (
    <DatePicker {...shared(props)} {...popupWhenInCell(props)} style={{ width: '100%' }} format={formats} value={value ? dayjs(value.slice(0, 10)) : null}
      onChange={(day) => { props.onChange(day?.format('YYYY-MM-DD') ?? null); }} />
  );
}

/** Shown on the reader's clock, sent as UTC. */
export function DateTimeInput(props: InputProps) {
  const { timezone } = useSettings();
  const formats = useDateFormats(true);
  const value = asText(props.value);
  const shown = value ? dayjs(dayjs(value).tz(timezone).format('YYYY-MM-DDTHH:mm')) : null;
  return (
    <DatePicker {...shared(props)} {...popupWhenInCell(props)} style={{ width: '100%' }} showTime={{ format: 'HH:mm', minuteStep: 5 }}
      format={formats} value={shown}
      onChange={(day) => { props.onChange(day ? dayjs.tz(day.format('YYYY-MM-DDTHH:mm'), timezone).toISOString() : null); }} />
  );
}

export function TimeInput(props: InputProps) {
  const value = asText(props.value);
  return (
    <TimePicker {...shared(props)} {...popupWhenInCell(props)} style={{ width: '100%' }} format="HH:mm"
      value={value ? dayjs(`2000-01-01T${value}`) : null} onChange={(time) => { props.onChange(time?.format('HH:mm:ss') ?? null); }} />
  );
}

export function BooleanInput(props: InputProps) {
  const t = useTexts(fieldTexts);
  return (
    <Switch id={props.id} disabled={props.disabled} autoFocus={props.autoFocus} size={props.size === 'small' ? 'small' : 'medium'}
      checked={props.value === true} checkedChildren={t('yes')} unCheckedChildren={t('no')} onChange={(on) => { props.onChange(on); }} />
  );
}

/** Options to choose from: the active ones, and an inactive one only where it is the present value. */
export function useOptions(options: Option[] | undefined, held: readonly unknown[]) {
  const label = useLabel();
  return (options ?? [])
    .filter((o) => o.active !== false || held.includes(o.value))
    .map((o) => ({ value: o.value, title: label(o.label), label: <OptionTag text={label(o.label)} color={o.color} faded={o.active === false} /> }));
}

export const byTitle = (input: string, option?: { title?: string }): boolean =>
  (option?.title ?? '').toLowerCase().includes(input.toLowerCase());

export function SelectInput(props: InputProps) {
  const t = useTexts(fieldTexts);
  const options = useOptions(props.field.options, [props.value]);
  return (
    <Select {...shared(props)} {...popupWhenInCell(props)} style={{ width: '100%' }} allowClear={!props.field.required}
      showSearch={options.length > 8 ? { filterOption: byTitle } : false} placeholder={props.placeholder ?? t('choose')} options={options}
      value={asText(props.value) || undefined} popupMatchSelectWidth={false}
      onChange={(value: string | undefined) => { props.onChange(value ?? null); }} />
  );
}

export function MultiSelectInput(props: InputProps) {
  const t = useTexts(fieldTexts);
  const held = Array.isArray(props.value) ? (props.value as string[]) : [];
  const options = useOptions(props.field.options, held);
  return (
    <Select {...shared(props)} {...popupWhenInCell(props)} mode="multiple" style={{ width: '100%' }} showSearch={{ filterOption: byTitle }}
      placeholder={props.placeholder ?? t('choose')} options={options} value={held}
      onChange={(values: string[]) => { props.onChange(values.length > 0 ? values : null); }} />
  );
}

export function AutoNumberInput(props: InputProps) {
  const t = useTexts(fieldTexts);
  return <Input id={props.id} size={props.size} disabled value={asText(props.value)} placeholder={t('auto')} />;
}
