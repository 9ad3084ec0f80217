import { FileTextOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useFormat, useTexts } from '@/i18n';
import type { KeptDraft } from './drafts';
import { importTexts } from './texts';

/** What was found out about the file, and its first rows. */
export function FileFacts({ kept }: { kept: KeptDraft }) {
  const t = useTexts(importTexts);
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const { file, columns, preview } = kept.draft;
  const facts = [
    file.format === 'excel' ? 'Excel' : 'CSV',
    file.encoding?.toUpperCase(),
    file.sheet === null ? null : t('sheetOf', { sheet: file.sheet }),
    t('rows', { n: format.number(file.rows) }),
    t('columns', { n: format.number(file.columns) }),
  ];
  const others = file.sheets.filter((name) => name !== file.sheet);
  return (
    <section className="import-card import-facts">
      <div className="import-facts-head">
        <FileTextOutlined className="import-facts-icon" />
        <div className="import-facts-words">
          <strong>{kept.fileName}</strong>
          <span className="number">{facts.filter(Boolean).join(' · ')}</span>
          {others.length > 0 ? <span className="import-hint">{t('otherSheets', { sheets: others.join(' · ') })}</span> : null}
        </div>
        <Button size="small" aria-expanded={open} onClick={() => { setOpen(!open); }}>{t('preview', { n: preview.length })}</Button>
        <Link to={`/import?object=${kept.object}`}>{t('otherFile')}</Link>
      </div>
      {open ? (
        <div className="import-preview" tabIndex={0} role="region" aria-label={t('preview', { n: preview.length })}>
          <table>
            <thead><tr>{columns.map((column) => <th key={column.name}>{column.name}</th>)}</tr></thead>
            <tbody>{preview.map((row, n) => <tr key={n}>{columns.map((column, at) => <td key={column.name}>{row[at]}</td>)}</tr>)}</tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}
