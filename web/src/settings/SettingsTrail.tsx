import { LeftOutlined } from '@ant-design/icons';
import { Link, useLocation } from 'react-router';
import { useLabel, useTexts } from '@/i18n';
import type { PageEntry } from './pages';
import { settingsTexts } from './texts';
import './trail.css';

/** Above a page of the settings: the way back to all of them, and from a page below `entry` to that as well. */
export function SettingsTrail({ entry }: { entry?: PageEntry }) {
  const t = useTexts(settingsTexts);
  const label = useLabel();
  const { pathname } = useLocation();
  const page = entry ? `/settings/${entry.path}` : undefined;
  return (
    <nav className="settings-trails" aria-label={t('trail')}>
      <Link to="/settings" className="settings-trail"><LeftOutlined /> {t('title')}</Link>
      {entry && page && pathname.startsWith(`${page}/`) ? <><span aria-hidden="true">/</span><Link to={page}>{label(entry.title)}</Link></> : null}
    </nav>
  );
}
