import { Input } from 'antd';
import type { Label } from '@/api/types';
import { useTexts } from '@/i18n';
import { objectsTexts } from './texts';

interface Props {
  id: string;
  value: Label;
  onChange: (value: Label) => void;
  onBlur?: () => void;
  /** What it is a label of, for screen readers. */
  name: string;
  rows?: number;
  autoFocus?: boolean;
}

/** A text in both languages, side by side; one of them is enough. */
export function LabelInput({ id, value, onChange, onBlur, name, rows, autoFocus }: Props) {
  const t = useTexts(objectsTexts);
  const part = (language: 'zh' | 'en') => ({
    id: language === 'zh' ? id : `${id}-en`,
    value: value[language],
    maxLength: 500,
    placeholder: t(language),
    'aria-label': `${name} (${t(language)})`,
    autoFocus: autoFocus && language === 'zh',
    onBlur,
    onChange: (event: { target: { value: string } }) => { onChange({ ...value, [language]: event.target.value }); },
  });
  return (
    <div className="label-input">
      {rows ? <Input.TextArea rows={rows} {...part('zh')} /> : <Input {...part('zh')} />}
      {rows ? <Input.TextArea rows={rows} {...part('en')} /> : <Input {...part('en')} />}
    </div>
  );
}
