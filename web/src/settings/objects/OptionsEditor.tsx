import { DeleteOutlined, HolderOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input, Switch, Tooltip } from 'antd';
import { useState } from 'react';
import type { Label, Option } from '@/api/types';
import { useTexts } from '@/i18n';
import { optionColor } from '@/ui/OptionTag';
import { moved, optionValue } from './fieldBody';
import { objectsTexts } from './texts';

const COLORS = ['blue', 'cyan', 'teal', 'green', 'lime', 'gold', 'orange', 'red', 'magenta', 'purple', 'indigo', 'gray'];

interface Props {
  value: Option[];
  onChange: (value: Option[]) => void;
  /** Values that records may have already: those are switched off, not removed. */
  stored: Set<string>;
}

/** The options of a select field: in order, with colours; relabelling one leaves the records as they are. */
export function OptionsEditor({ value, onChange, stored }: Props) {
  const t = useTexts(objectsTexts);
  const [dragged, setDragged] = useState<number>();
  const change = (index: number, part: Partial<Option>) => { onChange(value.map((one, n) => (n === index ? { ...one, ...part } : one))); };
  const relabel = (index: number, label: Label) => {
    const option = value[index];
    if (!option) return;
    // A new option is stored as its label says; one that was saved keeps its value for good.
    const taken = value.filter((_, n) => n !== index).map((one) => one.value);
    change(index, stored.has(option.value) ? { label } : { label, value: optionValue(label, taken) });
  };
  const move = (from: number, to: number) => {
    if (to >= 0 && to < value.length) onChange(moved(value, from, to));
  };
  const add = () => {
    const label = { zh: '', en: '' };
    onChange([...value, { value: optionValue(label, value.map((one) => one.value)), label }]);
  };
  return (
    <div className="options-editor">
      <ul>
        {value.map((option, index) => (
          <li
            key={index}
            className={dragged === index ? 'dragged' : undefined}
            onDragOver={(event) => {
              event.preventDefault();
              if (dragged !== undefined && dragged !== index) {
                move(dragged, index);
                setDragged(index);
              }
            }}
          >
            <button
              type="button"
              className="drag-handle"
              draggable
              aria-label={t('moveOption', { name: option.label.zh || option.label.en })}
              title={t('dragHint')}
              onDragStart={() => { setDragged(index); }}
              onDragEnd={() => { setDragged(undefined); }}
              onKeyDown={(event) => {
                if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
                event.preventDefault();
                move(index, event.key === 'ArrowUp' ? index - 1 : index + 1);
              }}
            >
              <HolderOutlined />
            </button>
            <Dropdown
              trigger={['click']}
              menu={{
                items: [{ key: '', label: t('noColor') }, ...COLORS.map((color) => ({ key: color, label: <span className="color-dot" style={{ background: optionColor(color) }} aria-label={color} /> }))],
                className: 'color-menu',
                onClick: ({ key }) => { change(index, { color: key || null }); },
              }}
            >
              <Button type="text" size="small" aria-label={t('color')} icon={<span className={option.color ? 'color-dot' : 'color-dot none'} style={option.color ? { background: optionColor(option.color) } : undefined} />} />
            </Dropdown>
            <Input size="small" placeholder={t('zh')} aria-label={t('optionZh', { n: index + 1 })} value={option.label.zh} maxLength={200} onChange={(event) => { relabel(index, { ...option.label, zh: event.target.value }); }} />
            <Input size="small" placeholder={t('en')} aria-label={t('optionEn', { n: index + 1 })} value={option.label.en} maxLength={200} onChange={(event) => { relabel(index, { ...option.label, en: event.target.value }); }} />
            {stored.has(option.value) ? (
              <Tooltip title={t('optionOffHint')}>
                <Switch size="small" checked={option.active !== false} aria-label={t('optionActive', { name: option.label.zh })} onChange={(on) => { change(index, { active: on }); }} />
              </Tooltip>
            ) : null}
            <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('removeOption', { name: option.label.zh || option.label.en || String(index + 1) })} onClick={() => { onChange(value.toSpliced(index, 1)); }} />
          </li>
        ))}
      </ul>
      <Button type="dashed" size="small" icon={<PlusOutlined />} onClick={add}>{t('addOption')}</Button>
    </div>
  );
}
