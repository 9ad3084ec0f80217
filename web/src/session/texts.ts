import { defineTexts } from '@/i18n';

export const sessionTexts = defineTexts({
  title: ['登录斗拱', 'Sign in to Dougong'],
  tagline: ['少数几种构件，各就其位，承起整个销售后台。', 'A few kinds of part, cut once, that carry the whole of sales.'],
  login: ['登录名', 'Login'],
  password: ['密码', 'Password'],
  otp: ['动态口令', 'One-time code'],
  otpHint: ['此账户启用了动态口令，请输入验证器里的 6 位数字。', 'This account has a second factor. Enter the 6 digits of your authenticator.'],
  signIn: ['登录', 'Sign in'],
  loginNeeded: ['请输入登录名', 'Enter your login'],
  passwordNeeded: ['请输入密码', 'Enter your password'],
  otpNeeded: ['请输入动态口令', 'Enter the one-time code'],
  locked: ['登录已被暂时锁定', 'Sign-in is locked for a while'],
  failed: ['没有登录成功', 'You are not signed in'],
});
