import { Modal } from 'antd';
import { useLabel, useTexts } from '@/i18n';
import { HOME_LETTER, IMPORT_LETTER, SETTINGS_LETTER } from './keyboard';
import { usePlaces } from './places';
import { appTexts } from './texts';

function GoList() {
  const t = useTexts(appTexts);
  const label = useLabel();
  const places = usePlaces();
  const rows: [string, string][] = [
    [HOME_LETTER, t('home')],
    ...places.objects.map((o): [string, string] => [places.letterOf.get(o.name) ?? '', label(o.plural)]),
  ];
  if (places.canImport) rows.push([IMPORT_LETTER, t('import')]);
  if (places.canSet) rows.push([SETTINGS_LETTER, t('settings')]);
  return (
    <ul className="key-list">
      {rows.filter(([letter]) => letter !== '').map(([letter, name]) => (
        <li key={letter}><span><kbd>g</kbd> <kbd>{letter}</kbd></span> {name}</li>
      ))}
    </ul>
  );
}

/** The keys that the application knows (`?`). */
export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTexts(appTexts);
  const keys: [string[], string][] = [
    [['/'], t('keySearch')],
    [['n'], t('keyNew')],
    [['Ctrl', 'Enter'], t('keySave')],
    [['Esc'], t('keyClose')],
    [['?'], t('keyHelp')],
  ];
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('shortcuts')} width={560} destroyOnHidden>
      <div className="key-columns">
        <ul className="key-list">
          {keys.map(([names, meaning]) => (
            <li key={meaning}><span>{names.map((name) => <kbd key={name}>{name}</kbd>)}</span> {meaning}</li>
          ))}
        </ul>
        <GoList />
      </div>
    </Modal>
  );
}

/** Shown while `g` waits for its letter. */
export function GoHint() {
  const t = useTexts(appTexts);
  return (
    <div className="go-hint" role="status">
      <strong>{t('goHint')}</strong>
      <GoList />
    </div>
  );
}
