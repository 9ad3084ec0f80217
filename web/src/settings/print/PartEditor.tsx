import { Button, Dropdown, Input, Space, type MenuProps } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useRef, useState } from 'react';
import { useModel, type ObjectModel } from '@/api/metadata';
import type { FieldMeta } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { FieldPicker } from '@/records/list';
import { conditionSnippet, fieldSnippet, formatsOf, inserted, linesSnippet, PAGE_BREAK, type Format } from './snippets';
import { templateTexts } from './texts';

interface Props {
  object: ObjectModel;
  /** The objects whose records can be listed. */
  lines: string[];
  value: string;
  label: string;
  rows: number;
  onChange: (text: string) => void;
}

const FORMAT_WORDS = { none: 'formatNone', money: 'formatMoney', capitals: 'formatCapitals', date: 'formatDate', chinese: 'formatChinese' } as const;

const printable = (field: FieldMeta): boolean => field.type !== 'file';

/** The text of one part, with what can be put into it. */
export function PartEditor({ object, lines, value, label: name, rows, onChange }: Props) {
  const t = useTexts(templateTexts);
  const label = useLabel();
  const model = useModel();
  const area = useRef<TextAreaRef>(null);
  const [path, setPath] = useState<string>();
  const field = path === undefined ? undefined : model.fieldAt(object.name, path);

  const insert = (snippet: string) => {
    const element = area.current?.resizableTextArea?.textArea;
    const { text, caret } = inserted(value, element?.selectionStart ?? value.length, element?.selectionEnd ?? value.length, snippet);
    onChange(text);
    // Once the text is drawn: before, the caret has no place to go to.
    setTimeout(() => {
      element?.focus();
      element?.setSelectionRange(caret, caret);
    });
  };
  const formats: MenuProps['items'] = field
    ? [
        ...formatsOf(field).map((format) => ({ key: format, label: t(FORMAT_WORDS[format]) })),
        { type: 'divider' as const },
        { key: 'condition', label: t('condition') },
      ]
    : [];
  const more: MenuProps['items'] = [
    ...lines.flatMap((child) => {
      const found = model.object(child);
      const columns = object.layout.related.find((related) => related.object === child)?.columns ?? found?.layout.highlights ?? [];
      return found && columns.length > 0
        ? [{ key: `lines:${child}`, label: t('lines', { name: label(found.label) }), onClick: () => { insert(linesSnippet(found, columns, (of) => label(of.label))); } }]
        : [];
    }),
    { type: 'divider' as const },
    { key: 'logo', label: t('logoImage'), onClick: () => { insert('{{ logo | image("36mm") }}'); } },
    { key: 'today', label: t('today'), onClick: () => { insert('{{ today | date("yyyy年M月d日") }}'); } },
    { key: 'user', label: t('user'), onClick: () => { insert('{{ user }}'); } },
    { key: 'page', label: t('pageNumber'), onClick: () => { insert('{{ page }} / {{ pages }}'); } },
    { key: 'break', label: t('pageBreak'), onClick: () => { insert(`\n${PAGE_BREAK}\n`); } },
  ];
  return (
    <div className="print-part">
      <div className="print-part-tools">
        <Space.Compact>
          <FieldPicker object={object} value={path} onChange={setPath} usable={printable} />
          <Dropdown
            trigger={['click']}
            disabled={!field}
            menu={{
              items: formats,
              onClick: ({ key }) => {
                if (!field || path === undefined) return;
                insert(key === 'condition' ? conditionSnippet(path, field) : fieldSnippet('record', path, field, key as Format));
              },
            }}
          >
            <Button>{t('insert')}</Button>
          </Dropdown>
        </Space.Compact>
        <Dropdown trigger={['click']} menu={{ items: more }}><Button>{t('others')}</Button></Dropdown>
      </div>
      <Input.TextArea
        ref={area}
        className="print-source"
        aria-label={name}
        value={value}
        spellCheck={false}
        autoSize={{ minRows: rows, maxRows: 32 }}
        onChange={(event) => { onChange(event.target.value); }}
      />
    </div>
  );
}
