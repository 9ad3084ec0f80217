import { AppstoreOutlined, BarsOutlined, CalendarOutlined, EnvironmentOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { ViewKind } from '@/api/displays';

/** The picture of each way to show records. */
export const KIND_ICONS: Record<ViewKind, ReactNode> = {
  list: <BarsOutlined />,
  kanban: <AppstoreOutlined />,
  calendar: <CalendarOutlined />,
  map: <EnvironmentOutlined />,
};
