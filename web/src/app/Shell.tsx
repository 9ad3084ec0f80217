import { MenuFoldOutlined, MenuUnfoldOutlined } from '@ant-design/icons';
import { Button, Layout, type InputRef } from 'antd';
import { useRef, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { useModel } from '@/api/metadata';
import type { Session, SessionUser } from '@/api/types';
import { common, useTexts } from '@/i18n';
import { NotificationBell } from '@/notifications';
import { useOpenForm } from '@/records/openForm';
import { Logo } from '@/ui/Logo';
import { useIsPhone } from '@/ui/useViewport';
import { AppRoutes } from './AppRoutes';
import { FormHost } from './FormHost';
import { GlobalSearch } from './GlobalSearch';
import { useKeyboard, type Command } from './keyboard';
import { BottomBar, SideMenu } from './Navigation';
import { usePlaces } from './places';
import './shell.css';
import { GoHint, ShortcutHelp } from './ShortcutHelp';
import { appTexts } from './texts';
import { UserContext } from '@/api/user';
import { UserMenu } from './UserMenu';
import { ViewBar } from './ViewBar';

const COLLAPSED = 'dougong.sider';

interface Props {
  user: SessionUser;
  viewedBy: Session['viewed_by'];
}

export function Shell(props: Props) {
  return (
    <UserContext value={props.user}>
      <FormHost>
        {props.viewedBy ? <ViewBar user={props.user} viewer={props.viewedBy} /> : null}
        <Frame {...props} />
      </FormHost>
    </UserContext>
  );
}

function Frame({ user, viewedBy }: Props) {
  const t = useTexts(appTexts);
  const c = useTexts(common);
  const phone = useIsPhone();
  const model = useModel();
  const places = usePlaces();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const openForm = useOpenForm();
  const search = useRef<InputRef>(null);
  const [collapsed, setCollapsed] = useState(() => localStorage.getItem(COLLAPSED) === 'yes');
  const [help, setHelp] = useState(false);
  const [going, setGoing] = useState(false);

  const run = (command: Command) => {
    if (command.kind === 'search') search.current?.focus();
    else if (command.kind === 'help') setHelp(true);
    else if (command.kind === 'go') {
      const address = places.byLetter.get(command.letter);
      if (address !== undefined) void navigate(address);
    } else {
      const name = /^\/o\/([^/]+)/.exec(pathname)?.[1];
      if (name && model.object(name)?.can('create')) openForm({ object: name });
    }
  };
  useKeyboard(run, setGoing);

  const fold = () => {
    localStorage.setItem(COLLAPSED, collapsed ? 'no' : 'yes');
    setCollapsed(!collapsed);
  };
  return (
    <Layout className={['shell', ...(phone ? ['phone'] : []), ...(viewedBy ? ['viewed'] : [])].join(' ')}>
      {phone ? null : (
        <Layout.Sider width={204} collapsedWidth={60} collapsed={collapsed} theme="light" className="shell-sider">
          <Link to="/" className="shell-brand" aria-label={c('home')}>
            <Logo size={28} />
            {collapsed ? null : <span>{c('product')}</span>}
          </Link>
          <nav className="shell-nav" aria-label={t('navigation')}><SideMenu /></nav>
          <Button type="text" className="shell-fold" icon={collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
            aria-label={t(collapsed ? 'expand' : 'collapse')} onClick={fold} />
        </Layout.Sider>
      )}
      <Layout className="shell-main">
        <Layout.Header className="shell-header">
          {phone ? <Link to="/" className="shell-logo" aria-label={c('home')}><Logo size={28} /></Link> : null}
          <GlobalSearch input={search} />
          {viewedBy ? null : <NotificationBell />}
          <UserMenu user={user} viewing={Boolean(viewedBy)} onHelp={() => { setHelp(true); }} />
        </Layout.Header>
        <Layout.Content className="shell-content" role="main">
          <AppRoutes />
        </Layout.Content>
      </Layout>
      {phone ? <BottomBar /> : null}
      {going ? <GoHint /> : null}
      <ShortcutHelp open={help} onClose={() => { setHelp(false); }} />
    </Layout>
  );
}
