import { EnvironmentOutlined, LinkOutlined, PaperClipOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { fileUrl } from '@/api/files';
import { namePath, targetOf, useModel } from '@/api/metadata';
import type { FieldMeta, Values } from '@/api/types';
import { useFormat, useLabel, useTexts } from '@/i18n';
import { BeyondTag } from '@/ui/BeyondTag';
import { ObjectIcon } from '@/ui/objectIcon';
import { OptionTag } from '@/ui/OptionTag';
import { RichText, plainText } from '@/ui/RichText';
import { useBeyond } from './beyond';
import { useCalled } from './called';
import { phoneText } from './phone';
import { fieldTexts } from './texts';
import type { CellProps } from './types';

export const isBlank = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

const text = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '');

export function TextCell({ value }: CellProps) {
  return <span>{text(value)}</span>;
}

export function LongTextCell({ value, place }: CellProps) {
  if (place === 'page') return <div style={{ whiteSpace: 'pre-wrap' }}>{text(value)}</div>;
  return <span title={text(value)}>{text(value).replace(/\s+/g, ' ')}</span>;
}

export function RichTextCell({ value, place }: CellProps) {
  if (isBlank(value)) return null;
  return place === 'page' ? <RichText html={text(value)} /> : <span>{plainText(text(value))}</span>;
}

export function NumberCell({ field, value }: CellProps) {
  const format = useFormat();
  if (isBlank(value)) return null;
  if (field.format === 'plain') return <span className="number">{text(value)}</span>;
  return <span className="number">{format.number(text(value), field.type === 'integer' ? 0 : field.scale)}</span>;
}

/** An amount in the currency of its record; one that is converted is in the company's. */
export function CurrencyCell({ field, value, row, path }: CellProps) {
  const format = useFormat();
  const own = path?.includes('.') || field.name.endsWith('_converted') ? null : row.currency;
  return isBlank(value) ? null : <span className="number">{format.moneyIn(own, text(value), field.scale)}</span>;
}

export function PercentCell({ field, value }: CellProps) {
  const format = useFormat();
  return isBlank(value) ? null : <span className="number">{format.percent(text(value), field.scale)}</span>;
}

export function DateCell({ value }: CellProps) {
  const format = useFormat();
  return isBlank(value) ? null : <span className="number">{format.date(text(value))}</span>;
}

export function DateTimeCell({ value }: CellProps) {
  const format = useFormat();
  return isBlank(value) ? null : <span className="number">{format.datetime(text(value))}</span>;
}

export function TimeCell({ value }: CellProps) {
  return <span className="number">{text(value).slice(0, 5)}</span>;
}

export function BooleanCell({ value }: CellProps) {
  const t = useTexts(fieldTexts);
  if (value === null || value === undefined) return null;
  return <span style={value === true ? undefined : { color: 'var(--ink-3)' }}>{value === true ? t('yes') : t('no')}</span>;
}

/** The option of `value`; an option that the field no longer has is shown by its value. */
export function OptionValue({ field, value }: { field: FieldMeta; value: string }) {
  const label = useLabel();
  const option = field.options?.find((o) => o.value === value);
  return <OptionTag text={option ? label(option.label) : value} color={option?.color} faded={option?.active === false} />;
}

export function SelectCell({ field, value }: CellProps) {
  return isBlank(value) ? null : <OptionValue field={field} value={text(value)} />;
}

export function MultiSelectCell({ field, value, place }: CellProps) {
  if (!Array.isArray(value)) return null;
  return (
    <span style={{ display: 'inline-flex', gap: 4, flexWrap: place === 'page' ? 'wrap' : 'nowrap' }}>
      {value.map((one) => (
        <OptionValue key={text(one)} field={field} value={text(one)} />
      ))}
    </span>
  );
}

function NoAccess() {
  const t = useTexts(fieldTexts);
  return (
    <Tooltip title={t('noAccessHint')}>
      <span style={{ color: 'var(--ink-3)' }}>{t('noAccess')}</span>
    </Tooltip>
  );
}

function RecordLink({ object, id, children }: { object: string; id: string; children: ReactNode }) {
  return (
    <Link to={`/o/${object}/${id}`} onClick={(event) => { event.stopPropagation(); }}>
      {children}
    </Link>
  );
}

/** A link's id with no name beside it means that the reader may not see what it leads to. */
export function LinkCell(props: CellProps) {
  const own = props.field.proposed && (props.path ?? props.field.name) === props.field.name && !isBlank(props.value);
  if (!own) return <PlainLink {...props} />;
  return <span className="link-beyond"><PlainLink {...props} /> <BeyondMark field={props.field} row={props.row} /></span>;
}

/** That a record is none of those which its field proposes: the contact of another account, with that account's name. */
export function BeyondMark({ field, row }: { field: FieldMeta; row: Values }) {
  const t = useTexts(fieldTexts);
  const beyond = useBeyond(field, row);
  return beyond === null ? null : <BeyondTag mark={beyond} title={t('beyondHint')} />;
}

function PlainLink({ field, value, row, path }: CellProps) {
  const model = useModel();
  const called = useCalled();
  if (isBlank(value)) return null;
  const target = targetOf(field);
  const name = called(model.object(target ?? ''), 'name', row, namePath(path ?? field.name));
  if (isBlank(name)) return <NoAccess />;
  return target && model.object(target) ? <RecordLink object={target} id={text(value)}>{text(name)}</RecordLink> : <span>{text(name)}</span>;
}

export function PersonCell({ field, value, row, path }: CellProps) {
  if (isBlank(value)) return null;
  const name = row[namePath(path ?? field.name)];
  return isBlank(name) ? <NoAccess /> : <span>{text(name)}</span>;
}

export function PolymorphicCell({ field, value, row, path }: CellProps) {
  const model = useModel();
  const label = useLabel();
  if (typeof value !== 'object' || value === null) return null;
  const { object, id } = value as { object: string; id: string };
  const name = row[namePath(path ?? field.name)];
  if (isBlank(name)) return <NoAccess />;
  const target = model.object(object);
  return (
    <Tooltip title={label(target?.label)}>
      <span><span style={{ color: 'var(--ink-3)' }}><ObjectIcon icon={target?.icon} /></span> <RecordLink object={object} id={id}>{text(name)}</RecordLink></span>
    </Tooltip>
  );
}

function Outward({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} target={href.startsWith('http') ? '_blank' : undefined} rel="noreferrer" onClick={(event) => { event.stopPropagation(); }}>
      {children}
    </a>
  );
}

export function EmailCell({ value }: CellProps) {
  return isBlank(value) ? null : <Outward href={`mailto:${text(value)}`}>{text(value)}</Outward>;
}

export function PhoneCell({ value }: CellProps) {
  return isBlank(value) ? null : <Outward href={`tel:${text(value).replace(/[^\d+]/g, '')}`}>{phoneText(text(value))}</Outward>;
}

export function UrlCell({ value }: CellProps) {
  if (isBlank(value)) return null;
  const address = text(value);
  const href = /^https?:\/\//i.test(address) ? address : `https://${address}`;
  return <Outward href={href}><LinkOutlined /> {address.replace(/^https?:\/\//i, '').replace(/\/$/, '')}</Outward>;
}

export interface Address {
  province?: string | null;
  city?: string | null;
  district?: string | null;
  street?: string | null;
  postcode?: string | null;
}

export function AddressCell({ value }: CellProps) {
  if (typeof value !== 'object' || value === null) return null;
  const { province, city, district, street, postcode } = value as Address;
  const places = [province, city === province ? null : city, district, street].filter(Boolean).join(' ');
  return <span title={places}>{places}{postcode ? ` ${postcode}` : ''}</span>;
}

export function LocationCell({ value }: CellProps) {
  if (typeof value !== 'object' || value === null) return null;
  const { latitude, longitude } = value as { latitude?: string; longitude?: string };
  if (isBlank(latitude) || isBlank(longitude)) return null;
  return <span className="number"><EnvironmentOutlined /> {latitude}, {longitude}</span>;
}

export function FileCell({ value }: CellProps) {
  const t = useTexts(fieldTexts);
  if (isBlank(value)) return null;
  return <Outward href={fileUrl(text(value))}><PaperClipOutlined /> {t('file')}</Outward>;
}

export function ImageCell({ field, value, place }: CellProps) {
  const label = useLabel();
  if (isBlank(value)) return null;
  const side = place === 'page' ? 120 : 28;
  return <img src={fileUrl(text(value))} alt={label(field.label)} loading="lazy" style={{ width: side, height: side, objectFit: 'cover', borderRadius: 4 }} />;
}
