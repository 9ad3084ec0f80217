import { Skeleton } from 'antd';
import { lazy, Suspense, type ComponentType } from 'react';
import type { FieldType } from '@/api/types';
import * as cell from './cells';
import type * as entry from './entry';
import type { FieldWidget, FilterProps, InputProps } from './types';

type Entry = typeof entry;
type NamesOf<P> = { [K in keyof Entry]: Entry[K] extends ComponentType<P> ? K : never }[keyof Entry];

/** Fetches inputs and filters before they are asked for, so that the first edit opens at once. */
export const preloadEntry = (): void => void import('./entry');

/** A component of the entry chunk: lists are drawn before calendars and pickers have been loaded. */
function late<P extends object>(name: NamesOf<P>): ComponentType<P> {
  const Loaded = lazy(() => import('./entry').then((module) => ({ default: module[name] as ComponentType<P> })));
  return function Late(props: P) {
    return (
      <Suspense fallback={<Skeleton.Input active block size="small" />}>
        <Loaded {...props} />
      </Suspense>
    );
  };
}

const input = (name: NamesOf<InputProps>) => late<InputProps>(name);
const filter = (name: NamesOf<FilterProps>) => late<FilterProps>(name);

const Input = {
  text: input('TextInput'), longText: input('LongTextInput'), richText: input('RichTextInput'), number: input('NumberInput'),
  currency: input('CurrencyInput'), percent: input('PercentInput'), date: input('DateInput'), datetime: input('DateTimeInput'),
  time: input('TimeInput'), boolean: input('BooleanInput'), select: input('SelectInput'), multiSelect: input('MultiSelectInput'),
  link: input('LinkInput'), polymorphic: input('PolymorphicInput'), autoNumber: input('AutoNumberInput'), email: input('EmailInput'),
  phone: input('PhoneInput'), url: input('UrlInput'), address: input('AddressInput'), location: input('LocationInput'), file: input('FileInput'),
};
const Filter = {
  text: filter('TextFilter'), number: filter('NumberFilter'), date: filter('DateFilter'), time: filter('TimeFilter'), boolean: filter('BooleanFilter'),
  select: filter('SelectFilter'), link: filter('LinkFilter'), presence: filter('PresenceFilter'),
};

const text: FieldWidget = { Cell: cell.TextCell, Input: Input.text, Filter: Filter.text, width: 180 };
const number: FieldWidget = { Cell: cell.NumberCell, Input: Input.number, Filter: Filter.number, align: 'right', width: 110 };
const link: FieldWidget = { Cell: cell.LinkCell, Input: Input.link, Filter: Filter.link, width: 210 };

/** How each field type is drawn, entered and filtered by: the web's half of the closed set of field types. */
export const FIELD_WIDGETS: Record<FieldType, FieldWidget> = {
  text,
  long_text: { ...text, Cell: cell.LongTextCell, Input: Input.longText, width: 240 },
  rich_text: { ...text, Cell: cell.RichTextCell, Input: Input.richText, width: 240 },
  integer: number,
  decimal: number,
  currency: { ...number, Cell: cell.CurrencyCell, Input: Input.currency, width: 140 },
  percent: { ...number, Cell: cell.PercentCell, Input: Input.percent, width: 90 },
  date: { Cell: cell.DateCell, Input: Input.date, Filter: Filter.date, width: 120 },
  datetime: { Cell: cell.DateTimeCell, Input: Input.datetime, Filter: Filter.date, width: 168 },
  time: { Cell: cell.TimeCell, Input: Input.time, Filter: Filter.time, width: 80 },
  boolean: { Cell: cell.BooleanCell, Input: Input.boolean, Filter: Filter.boolean, width: 80 },
  select: { Cell: cell.SelectCell, Input: Input.select, Filter: Filter.select, width: 115 },
  multi_select: { Cell: cell.MultiSelectCell, Input: Input.multiSelect, Filter: Filter.select, width: 180 },
  lookup: link,
  master_detail: link,
  polymorphic: { ...link, Cell: cell.PolymorphicCell, Input: Input.polymorphic, Filter: Filter.presence },
  auto_number: { ...text, Input: Input.autoNumber, width: 150 },
  email: { ...text, Cell: cell.EmailCell, Input: Input.email, width: 200 },
  phone: { ...text, Cell: cell.PhoneCell, Input: Input.phone, width: 150 },
  url: { ...text, Cell: cell.UrlCell, Input: Input.url, width: 200 },
  address: { Cell: cell.AddressCell, Input: Input.address, Filter: Filter.presence, width: 220 },
  location: { Cell: cell.LocationCell, Input: Input.location, Filter: Filter.presence, width: 180 },
  file: { Cell: cell.FileCell, Input: Input.file, Filter: Filter.presence, width: 100 },
  image: { Cell: cell.ImageCell, Input: Input.file, Filter: Filter.presence, width: 80 },
  user: { ...link, Cell: cell.PersonCell, width: 115 },
  department: { ...link, Cell: cell.PersonCell, width: 130 },
  id: { ...text, Input: Input.autoNumber, width: 90 },
};
