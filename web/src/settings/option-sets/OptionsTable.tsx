import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, HolderOutlined } from '@ant-design/icons';
import { Button, Input, Radio, Select, Space, Switch, Table, Tag, type TableProps } from 'antd';
import { useState } from 'react';
import type { Option } from '@/api/types';
import { byTitle } from '@/fields/inputs';
import { useLabel, useListing, useTexts } from '@/i18n';
import { optionColor } from '@/ui/OptionTag';
import { COLORS, moved, type OptionDraft } from './draft';
import { optionSetTexts } from './texts';

interface Props {
  options: OptionDraft[];
  /** The options of the set above, where there is one. */
  above: Option[] | undefined;
  readOnly: boolean;
  onChange: (options: OptionDraft[]) => void;
  onRemove: (option: OptionDraft) => void;
}

const ROWS_IN_SIGHT = 560;
const MANY = 60;

/** The options in their order: what they are called, their colour, which is the default, which are offered. */
export function OptionsTable({ options, above, readOnly, onChange, onRemove }: Props) {
  const t = useTexts(optionSetTexts);
  const listing = useListing();
  const label = useLabel();
  const [text, setText] = useState('');
  const [only, setOnly] = useState<string>();
  const [dragged, setDragged] = useState<string>();
  const sought = text.trim().toLowerCase();
  const shown = options.filter(
    (option) =>
      (sought === '' || `${option.value} ${option.label.zh} ${option.label.en}`.toLowerCase().includes(sought)) &&
      (only === undefined || !option.shown_for || option.shown_for.includes(only)),
  );
  const whole = shown.length === options.length;
  const set = (key: string, change: Partial<OptionDraft>) => { onChange(options.map((option) => (option.key === key ? { ...option, ...change } : option))); };
  const shift = (key: string, by: number) => {
    const at = options.findIndex((option) => option.key === key);
    onChange(moved(options, at, at + by));
  };
  const drop = (key: string) => {
    const from = options.findIndex((option) => option.key === dragged);
    const to = options.findIndex((option) => option.key === key);
    if (from >= 0 && to >= 0) onChange(moved(options, from, to));
    setDragged(undefined);
  };
  const aboveChoices = above?.map((option) => ({ value: option.value, title: `${label(option.label)} ${option.value}`, label: label(option.label) }));
  const name = (language: 'zh' | 'en') => (_: unknown, option: OptionDraft) =>
    readOnly || option.fixed ? option.label[language] : (
      <Input
        size="small" aria-label={t(language === 'zh' ? 'labelZh' : 'labelEn')} value={option.label[language]} maxLength={200}
        onChange={(event) => { set(option.key, { label: { ...option.label, [language]: event.target.value } }); }}
      />
    );
  const columns: TableProps<OptionDraft>['columns'] = [
    ...(readOnly ? [] : [{
      key: 'order', width: 92,
      render: (_: unknown, option: OptionDraft) => (
        <Space size={2}>
          <HolderOutlined className="set-drag" title={t('drag')} />
          <Button type="text" size="small" icon={<ArrowUpOutlined />} aria-label={t('moveUp')} disabled={!whole} onClick={() => { shift(option.key, -1); }} />
          <Button type="text" size="small" icon={<ArrowDownOutlined />} aria-label={t('moveDown')} disabled={!whole} onClick={() => { shift(option.key, 1); }} />
        </Space>
      ),
    }]),
    { key: 'zh', title: t('labelZh'), width: 200, render: name('zh') },
    { key: 'en', title: t('labelEn'), width: 220, render: name('en') },
    {
      key: 'code', title: t('code'), width: 150,
      render: (_, option) =>
        option.stored || readOnly ? <code className="sets-code">{option.value}</code> : (
          <Input size="small" aria-label={t('code')} value={option.value} maxLength={80} onChange={(event) => { set(option.key, { value: event.target.value.trim() }); }} />
        ),
    },
    ...(aboveChoices ? [{
      key: 'shown', title: t('shownFor'), width: 220,
      render: (_: unknown, option: OptionDraft) =>
        readOnly ? listing((option.shown_for ?? []).map((value) => aboveChoices.find((choice) => choice.value === value)?.label ?? value)) || t('everything') : (
          <Select<string[]>
            size="small" mode="multiple" allowClear maxTagCount="responsive" style={{ width: '100%' }} aria-label={t('shownFor')} placeholder={t('everything')}
            options={aboveChoices} showSearch={{ filterOption: byTitle }} value={option.shown_for ?? []}
            onChange={(values) => { set(option.key, { shown_for: values.length > 0 ? values : null }); }}
          />
        ),
    }] : []),
    ...(readOnly ? [] : [
      {
        key: 'color', title: t('color'), width: 96,
        render: (_: unknown, option: OptionDraft) => option.fixed ? <span className="option-dot" role="img" aria-label={option.color ?? ''} style={{ display: 'inline-block', background: optionColor(option.color) }} /> : (
          <Select<string>
            size="small" allowClear style={{ width: '100%' }} aria-label={t('color')} placeholder="—" value={option.color ?? undefined}
            options={[...new Set([...COLORS, ...(option.color ? [option.color] : [])])].map((color) => ({ value: color, label: <span className="option-dot" role="img" aria-label={color} style={{ background: optionColor(color) }} /> }))}
            onChange={(color: string | undefined) => { set(option.key, { color: color ?? null }); }}
          />
        ),
      },
      {
        key: 'default', title: t('default'), width: 88, align: 'center' as const,
        render: (_: unknown, option: OptionDraft) => (
          <Radio
            aria-label={t('default')} checked={option.default === true} disabled={option.active === false || option.fixed}
            onClick={() => { onChange(options.map((one) => ({ ...one, default: one.key === option.key ? !option.default : false }))); }}
          />
        ),
      },
    ]),
    {
      key: 'active', title: t('active'), width: 76, align: 'center',
      render: (_, option) => option.fixed ? <Tag title={t('fixedHint')}>{t('fixed')}</Tag> : (
        <Switch
          size="small" aria-label={t('active')} disabled={readOnly} checked={option.active !== false}
          onChange={(active) => { set(option.key, { active, ...(active ? {} : { default: false }) }); }}
        />
      ),
    },
    ...(readOnly ? [] : [{
      key: 'remove', width: 50,
      render: (_: unknown, option: OptionDraft) => option.fixed ? null : <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('remove')} onClick={() => { onRemove(option); }} />,
    }]),
  ];
  const many = shown.length > MANY;
  const width = columns.reduce((sum, column) => sum + Number(column.width ?? 0), 0);
  return (
    <>
      <div className="set-tools">
        {options.length > 8 ? <Input allowClear placeholder={t('findOption')} aria-label={t('findOption')} value={text} onChange={(event) => { setText(event.target.value); }} /> : null}
        {aboveChoices && aboveChoices.length > 1 ? (
          <Select<string> allowClear aria-label={t('of')} placeholder={t('of')} value={only} options={aboveChoices} showSearch={{ filterOption: byTitle }} onChange={setOnly} />
        ) : null}
      </div>
      <Table<OptionDraft>
        className="set-table" size="small" rowKey="key" columns={columns} dataSource={shown} pagination={false}
        virtual={many} scroll={many ? { x: width, y: ROWS_IN_SIGHT } : { x: width }} tableLayout="fixed"
        onRow={(option) => (readOnly || !whole ? {} : {
          draggable: dragged !== undefined,
          onMouseDown: (event) => { setDragged((event.target as HTMLElement).closest('.set-drag') ? option.key : undefined); },
          onDragOver: (event) => { event.preventDefault(); },
          onDrop: () => { drop(option.key); },
          onDragEnd: () => { setDragged(undefined); },
        })}
      />
    </>
  );
}

