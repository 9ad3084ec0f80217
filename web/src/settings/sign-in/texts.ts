import { defineTexts } from '@/i18n';

export const signInPolicyTexts = defineTexts({
  title: ['登录策略', 'Sign-in policy'],
  hint: ['密码、锁定和登录会话的规则。保存后立即生效，已打开的会话也按新的时限结束。', 'The rules of passwords, lock-out and sessions. They hold at once, for open sessions too.'],
  missing: ['登录策略不见了，请用 dougong init 恢复', 'The sign-in policy is missing; run dougong init to bring it back'],
  toAudit: ['查看登录记录', 'See who signed in'],
  perPerson: ['重置密码、重置两步验证、解除锁定、退出所有设备：在用户页面右上角的菜单中。', 'To reset a password or second factor, unlock somebody or sign them out: the menu of their user page.'],
  bounds: ['{low} 到 {high}。', '{low} to {high}.'],
  needed: ['请填写', 'Required'],
  saved: ['登录策略已保存', 'Sign-in policy saved'],
});
