import { SearchOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { isSetting, useModel } from '@/api/metadata';
import { useUser } from '@/api/user';
import { common, useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { EmptyState } from '@/ui/states';
import { inSections, matching, shownSettings } from './found';
import { ENTRIES, opensPage } from './pages';
import { settingsTexts } from './texts';

/** /settings: everything that can be set, by subject, with a box to find it. */
export default function SettingsIndex() {
  const t = useTexts(settingsTexts);
  const c = useTexts(common);
  const label = useLabel();
  const model = useModel();
  const user = useUser();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const title = t('title');
  useEffect(() => {
    document.title = `${title} · Dougong`;
  }, [title]);
  const settable = model.objects.filter((object) => isSetting(object) && (user.administers || (object.can('update') && !object.owned)));
  const found = matching(shownSettings(ENTRIES, settable, (entry) => opensPage(user, entry)), text);
  const sections = inSections(found);
  const first = sections[0]?.[1][0];
  return (
    <div className="settings">
      <header className="settings-head">
        <div>
          <h1>{title}</h1>
          <p>{t('hint')}</p>
        </div>
        <Input
          className="settings-search"
          allowClear
          prefix={<SearchOutlined style={{ color: 'var(--ink-3)' }} />}
          placeholder={t('search')}
          aria-label={t('search')}
          value={text}
          onChange={(event) => { setText(event.target.value); }}
          onPressEnter={(event) => { if (!event.nativeEvent.isComposing && text.trim() !== '' && first) void navigate(first.address); }}
        />
      </header>
      {sections.length === 0 ? (
        <EmptyState title={t('nothing', { text: text.trim() })} hint={t('nothingHint')} action={<Button onClick={() => { setText(''); }}>{c('clear')}</Button>} />
      ) : null}
      {sections.map(([section, settings]) => (
        <section key={section} className="settings-section" aria-labelledby={`settings-${section}`}>
          <h2 id={`settings-${section}`}>{t(section)}</h2>
          <div className="settings-cards">
            {settings.map(({ address, icon, title: name, hint }) => (
              <Link key={address} to={address} className="settings-card">
                <span className="settings-icon" aria-hidden="true"><ObjectIcon icon={icon} /></span>
                <span className="settings-words">
                  <strong>{label(name)}</strong>
                  {hint ? <span>{label(hint)}</span> : null}
                </span>
              </Link>
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}
