import { BarChartOutlined, CloudUploadOutlined, HomeOutlined, InboxOutlined, MenuOutlined, SettingOutlined } from '@ant-design/icons';
import { Drawer, Menu, type MenuProps } from 'antd';
import { useState } from 'react';
import { Link, useLocation } from 'react-router';
import { isSetting, useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { ObjectIcon } from '@/ui/objectIcon';
import { listAddress, usePlaces } from './places';
import { appTexts } from './texts';

/** The address in the navigation that the present page belongs to. */
function useCurrent(): string {
  const { pathname } = useLocation();
  const model = useModel();
  const places = usePlaces();
  const name = /^\/o\/([^/]+)/.exec(pathname)?.[1];
  if (name) {
    const object = model.object(name);
    return object && isSetting(object) ? '/settings' : listAddress(name);
  }
  if (pathname.startsWith('/settings')) return '/settings';
  if (pathname.startsWith('/pools')) return `/pools/${places.pooled ?? ''}`;
  return pathname.startsWith('/import') ? '/import' : pathname;
}

function useItems(): MenuProps['items'] {
  const t = useTexts(appTexts);
  const label = useLabel();
  const places = usePlaces();
  const item = (key: string, icon: React.ReactNode, text: string) => ({ key, icon, label: <Link to={key}>{text}</Link>, title: text });
  return [
    item('/', <HomeOutlined />, t('home')),
    ...places.objects.map((o) => item(listAddress(o.name), <ObjectIcon icon={o.icon} />, label(o.plural))),
    ...(places.pooled ? [item(`/pools/${places.pooled}`, <InboxOutlined />, t('pools'))] : []),
    ...(places.canCount ? [item('/activities/statistics', <BarChartOutlined />, t('activityStatistics'))] : []),
    ...(places.canImport ? [item('/import', <CloudUploadOutlined />, t('import'))] : []),
    ...(places.canSet ? [{ type: 'divider' as const }, item('/settings', <SettingOutlined />, t('settings'))] : []),
  ];
}

export function SideMenu({ onGo }: { onGo?: () => void }) {
  const current = useCurrent();
  return <Menu mode="inline" className="side-menu" items={useItems()} selectedKeys={[current]} onClick={onGo} />;
}

/** On a phone: home, the first three objects, and a drawer with everything. */
export function BottomBar() {
  const t = useTexts(appTexts);
  const label = useLabel();
  const places = usePlaces();
  const current = useCurrent();
  const [open, setOpen] = useState(false);
  const tabs = [
    { to: '/', icon: <HomeOutlined />, text: t('home') },
    ...places.objects.slice(0, 3).map((o) => ({ to: listAddress(o.name), icon: <ObjectIcon icon={o.icon} />, text: label(o.plural) })),
  ];
  return (
    <>
      <nav className="bottom-bar" aria-label={t('navigation')}>
        {tabs.map(({ to, icon, text }) => (
          <Link key={to} to={to} className={to === current ? 'bottom-tab current' : 'bottom-tab'} aria-current={to === current ? 'page' : undefined}>
            {icon}
            <span>{text}</span>
          </Link>
        ))}
        <button type="button" className="bottom-tab" onClick={() => { setOpen(true); }}>
          <MenuOutlined />
          <span>{t('more')}</span>
        </button>
      </nav>
      <Drawer open={open} onClose={() => { setOpen(false); }} placement="left" size={280} title={t('navigation')} styles={{ body: { padding: 8 } }}>
        <SideMenu onGo={() => { setOpen(false); }} />
      </Drawer>
    </>
  );
}
