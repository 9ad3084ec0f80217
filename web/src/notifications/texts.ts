import { defineTexts } from '@/i18n';

export const notificationTexts = defineTexts({
  notifications: ['通知', 'Notifications'],
  unread: ['{n} 条未读通知', '{n} unread notifications'],
  none: ['没有通知', 'No notifications'],
  noneHint: ['有人提到您、任务到期或记录交给您时，会在这里告诉您。', 'You are told here when somebody mentions you, a task is due or a record is handed to you.'],
  noneUnread: ['没有未读通知', 'Nothing unread'],
  onlyUnread: ['只看未读', 'Unread only'],
  allRead: ['全部标为已读', 'Mark all as read'],
  kinds: ['通知设置', 'Which notifications'],
  kindsHint: ['关闭后不再收到这一类通知，只影响您自己。通知保留 90 天。', 'Switched off kinds are no longer sent to you; others are not affected. Notifications are kept for 90 days.'],
  back: ['返回通知', 'Back to notifications'],
  today: ['今天', 'Today'],
  yesterday: ['昨天', 'Yesterday'],
  more: ['加载更早的通知', 'Load earlier ones'],
  gone: ['记录已删除，或您已不能查看', 'The record is deleted, or you may no longer see it'],
});
