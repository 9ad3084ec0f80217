/** The tabs of an object's settings, in their order. A new one is a file beside this and a line here. */
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { Label } from '@/api/types';

export interface TabProps {
  /** The API name of the object. */
  object: string;
}

export interface ObjectTab {
  /** The last step of the address: /settings/objects/NAME/KEY. */
  key: string;
  title: Label;
  load: () => Promise<{ default: ComponentType<TabProps> }>;
}

const TABS: ObjectTab[] = [
  { key: 'overview', title: { zh: '概览', en: 'Overview' }, load: () => import('./OverviewTab') },
  { key: 'fields', title: { zh: '字段', en: 'Fields' }, load: () => import('./FieldsTab') },
  { key: 'types', title: { zh: '业务类型', en: 'Record types' }, load: () => import('./types/TypesTab') },
  { key: 'layouts', title: { zh: '页面布局', en: 'Layouts' }, load: () => import('./layouts/LayoutsTab') },
  { key: 'dependence', title: { zh: '选项依赖', en: 'Dependent options' }, load: () => import('./DependenceTab') },
  { key: 'rules', title: { zh: '校验规则', en: 'Validation rules' }, load: () => import('./rules/RulesTab') },
  { key: 'buttons', title: { zh: '按钮与链接', en: 'Buttons and links' }, load: () => import('./buttons/ButtonsTab') },
];

export const OBJECT_TABS: (ObjectTab & { Tab: LazyExoticComponent<ComponentType<TabProps>> })[] = TABS.map((tab) => ({ ...tab, Tab: lazy(tab.load) }));
