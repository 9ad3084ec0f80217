import type { Kept } from '@/api/configuration';
import { useTexts } from '@/i18n';
import { configurationTexts } from './texts';

const shown = (value: unknown, blank: string): string => {
  if (value === null || value === undefined) return blank;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '…';
};

/** Settings that stay as the company has them, although the text says else. */
export function KeptList({ notes, title }: { notes: Kept[]; title: string }) {
  const t = useTexts(configurationTexts);
  if (notes.length === 0) return null;
  return (
    <div className="config-kept">
      <p>{title}</p>
      <ul>
        {notes.map((note, n) => (
          <li key={n}>
            <code>{[note.thing, note.place].filter(Boolean).join(' · ')}</code>
            {note.place ? <span>{shown(note.kept, t('blank'))}</span> : <span>{t('dropped')}</span>}
            {note.change ? <span className="config-dim">{t('keptAt', { id: note.change })}</span> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}
