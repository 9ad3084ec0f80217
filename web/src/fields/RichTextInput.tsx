import { BoldOutlined, ClearOutlined, ItalicOutlined, LinkOutlined, OrderedListOutlined, UnderlineOutlined, UnorderedListOutlined } from '@ant-design/icons';
import { Button, Space } from 'antd';
import DOMPurify from 'dompurify';
import { useEffect, useRef } from 'react';
import { useTexts } from '@/i18n';
import { fieldTexts } from './texts';
import type { InputProps } from './types';

const COMMANDS = [
  { key: 'bold', command: 'bold', icon: <BoldOutlined /> },
  { key: 'italic', command: 'italic', icon: <ItalicOutlined /> },
  { key: 'underline', command: 'underline', icon: <UnderlineOutlined /> },
  { key: 'bullets', command: 'insertUnorderedList', icon: <UnorderedListOutlined /> },
  { key: 'numbers', command: 'insertOrderedList', icon: <OrderedListOutlined /> },
  { key: 'plain', command: 'removeFormat', icon: <ClearOutlined /> },
] as const;

/** The browser's own editing with a short tool bar; what is pasted is sanitised before it lands. */
export function RichTextInput({ id, value, onChange, disabled, autoFocus, status }: InputProps) {
  const t = useTexts(fieldTexts);
  const area = useRef<HTMLDivElement>(null);
  const html = typeof value === 'string' ? value : '';

  useEffect(() => {
    // Only a change from outside is written back: while the person types, the area is the truth and keeps its caret.
    if (area.current && area.current.innerHTML !== html) area.current.innerHTML = DOMPurify.sanitize(html);
  }, [html]);
  useEffect(() => {
    if (autoFocus) area.current?.focus();
  }, [autoFocus]);

  const read = () => {
    const element = area.current;
    onChange(element && element.textContent.trim() !== '' ? element.innerHTML : null);
  };
  const run = (command: string, argument?: string) => {
    area.current?.focus();
    document.execCommand(command, false, argument);
    read();
  };
  const link = () => {
    const address = window.prompt(t('linkAddress'), 'https://');
    if (address && /^(https?:|mailto:)/.test(address)) run('createLink', address);
  };

  return (
    <div className={`rich-input${status === 'error' ? ' rich-input-error' : ''}`}>
      {disabled ? null : (
        <Space size={2} className="rich-tools">
          {COMMANDS.map(({ key, command, icon }) => (
            <Button key={key} type="text" size="small" icon={icon} title={t(key)} aria-label={t(key)} onMouseDown={(e) => { e.preventDefault(); }}
              onClick={() => { run(command); }} />
          ))}
          <Button type="text" size="small" icon={<LinkOutlined />} title={t('link')} aria-label={t('link')} onMouseDown={(e) => { e.preventDefault(); }} onClick={link} />
        </Space>
      )}
      <div
        id={id}
        ref={area}
        className="rich-area rich-text"
        role="textbox"
        aria-multiline="true"
        contentEditable={!disabled}
        onInput={read}
        onPaste={(event) => {
          event.preventDefault();
          const pasted = event.clipboardData.getData('text/html');
          if (pasted) run('insertHTML', DOMPurify.sanitize(pasted, { FORBID_ATTR: ['style', 'class'] }));
          else run('insertText', event.clipboardData.getData('text/plain'));
        }}
      />
    </div>
  );
}
