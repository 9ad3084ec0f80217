import { defineTexts } from '@/i18n';

export const settingsTexts = defineTexts({
  title: ['设置', 'Settings'],
  trail: ['所在位置', 'Where you are'],
  hint: ['管理组织、权限与系统。更改会立即生效，并记入历史。', 'Organisation, permissions and the system. Changes hold at once and are kept in history.'],
  search: ['搜索设置', 'Search settings'],
  nothing: ['没有找到“{text}”', 'Nothing found for “{text}”'],
  nothingHint: ['换一个词试试，或清除搜索查看全部设置。', 'Try another word, or clear the search to see all settings.'],
  organisation: ['组织与用户', 'Organisation and users'],
  rights: ['权限', 'Permissions'],
  security: ['安全与审计', 'Security and audit'],
  business: ['业务参数', 'Business parameters'],
  objects: ['对象与数据', 'Objects and data'],
  more: ['其他', 'Other'],
});
