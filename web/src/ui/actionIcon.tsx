import {
  CheckOutlined,
  ClockCircleOutlined,
  DownloadOutlined,
  DragOutlined,
  EnvironmentOutlined,
  InboxOutlined,
  KeyOutlined,
  LogoutOutlined,
  NotificationOutlined,
  PauseCircleOutlined,
  PlayCircleOutlined,
  SafetyOutlined,
  StopOutlined,
  SwapOutlined,
  ThunderboltOutlined,
  TrophyOutlined,
  UndoOutlined,
  UnlockOutlined,
  UserAddOutlined,
} from '@ant-design/icons';
import type { ReactElement } from 'react';

const ICONS: Record<string, ReactElement> = {
  check: <CheckOutlined />,
  clock: <ClockCircleOutlined />,
  download: <DownloadOutlined />,
  drag: <DragOutlined />,
  environment: <EnvironmentOutlined />,
  inbox: <InboxOutlined />,
  key: <KeyOutlined />,
  logout: <LogoutOutlined />,
  notification: <NotificationOutlined />,
  pause: <PauseCircleOutlined />,
  play: <PlayCircleOutlined />,
  safety: <SafetyOutlined />,
  stop: <StopOutlined />,
  swap: <SwapOutlined />,
  trophy: <TrophyOutlined />,
  undo: <UndoOutlined />,
  unlock: <UnlockOutlined />,
  useradd: <UserAddOutlined />,
};

/** An action's picture by its icon word. No component: menus give the picture itself its place. */
export const actionIcon = (icon: string): ReactElement => ICONS[icon] ?? <ThunderboltOutlined />;
