import { defineTexts } from '@/i18n';

export const uiTexts = defineTexts({
  retry: ['重试', 'Try again'],
  undo: ['撤销', 'Undo'],
  loadFailed: ['没有加载成功', 'This could not be loaded'],
  network: ['连接不上服务器，请检查网络后重试。', 'The server cannot be reached. Check your connection and try again.'],
  server: ['服务器出错了，请稍后重试；如果一直这样，请联系管理员。', 'The server had a problem. Try again shortly; if it persists, tell your administrator.'],
  forbidden: ['您没有权限做这件事。', 'You are not allowed to do this.'],
  missing: ['这条记录不存在，或者您没有查看权限。', 'This record does not exist, or you may not see it.'],
  unexpected: ['请求没有成功（{status}），请重试。', 'The request did not succeed ({status}). Try again.'],
  broken: ['页面出错了，请重新加载。', 'This page ran into an error. Please reload.'],
  switchLanguage: ['切换语言', 'Switch language'],
});
