import { SettingOutlined } from '@ant-design/icons';
import { Button, Form, Popover, Select } from 'antd';
import { amountFields, dateFields, groupFields, placeFields, type Display, type ViewKind } from '@/api/displays';
import type { ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { listTexts } from './texts';

interface Props {
  object: ObjectModel;
  kind: ViewKind;
  display: Display;
  onChange: (display: Display) => void;
}

interface Choice {
  key: keyof Display;
  text: 'displayGroup' | 'displayAmount' | 'displayStart' | 'displayEnd' | 'displayColor' | 'displayPlace';
  fields: FieldMeta[];
  optional: boolean;
}

/** Which fields the board, calendar or map goes by; saved with the view. */
export function DisplayMenu({ object, kind, display, onChange }: Props) {
  const t = useTexts(listTexts);
  const label = useLabel();
  const sums = amountFields(object);
  const amount: Choice[] = sums.length > 0 ? [{ key: 'amount', text: 'displayAmount', fields: sums, optional: true }] : [];
  const start = object.field(display.start ?? '');
  const ends = dateFields(object).filter((field) => field.type === start?.type && field !== start);
  const choices: Record<ViewKind, Choice[]> = {
    list: [],
    kanban: [{ key: 'group', text: 'displayGroup', fields: groupFields(object), optional: false }, ...amount],
    calendar: [
      { key: 'start', text: 'displayStart', fields: dateFields(object), optional: false },
      ...(ends.length > 0 ? [{ key: 'end' as const, text: 'displayEnd' as const, fields: ends, optional: true }] : []),
      ...(groupFields(object).length > 0 ? [{ key: 'color' as const, text: 'displayColor' as const, fields: groupFields(object), optional: true }] : []),
    ],
    map: [{ key: 'place', text: 'displayPlace', fields: placeFields(object), optional: false }, ...amount],
  };
  const content = (
    <Form layout="vertical" style={{ width: 220 }}>
      {choices[kind].map(({ key, text, fields, optional }) => (
        <Form.Item key={key} label={t(text)} style={{ marginBottom: 12 }}>
          <Select
            aria-label={t(text)}
            value={display[key] ?? ''}
            options={[...(optional ? [{ value: '', label: t('displayNone') }] : []), ...fields.map((field) => ({ value: field.name, label: label(field.label) }))]}
            onChange={(name) => { onChange({ ...display, [key]: name === '' ? null : name }); }}
          />
        </Form.Item>
      ))}
    </Form>
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content} title={t('displayBy')}>
      <Button icon={<SettingOutlined />} aria-label={t('displayBy')} title={t('displayBy')} />
    </Popover>
  );
}
