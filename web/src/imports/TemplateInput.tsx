import { Button, Input } from 'antd';
import type { ImportDraft } from '@/api/imports';
import { useTexts } from '@/i18n';
import { mapTexts } from './mapTexts';
import { fillTemplate } from './template';

interface Props {
  label: string;
  draft: ImportDraft;
  value: string;
  onChange: (template: string) => void;
}

/** A text with columns in it, and what it makes of the first row. */
export function TemplateInput({ label, draft, value, onChange }: Props) {
  const t = useTexts(mapTexts);
  const first = Object.fromEntries(draft.columns.map((column, at) => [column.name, draft.preview[0]?.[at] ?? '']));
  const example = fillTemplate(value, first);
  return (
    <div>
      <Input aria-label={label} value={value} onChange={(event) => { onChange(event.target.value); }} />
      <div className="template-columns">
        {draft.columns.map((column) => (
          <Button key={column.name} size="small" onClick={() => { onChange(`${value}{${column.name}}`); }}>{column.name}</Button>
        ))}
      </div>
      <div className="import-hint">{example ? t('templateExample', { text: example }) : t('templateHint')}</div>
    </div>
  );
}
