import { defineTexts } from '@/i18n';

export const sessionTexts = defineTexts({
  title: ['登录斗拱', 'Sign in to Dougong'],
  tagline: ['少数几种构件，各就其位，承起整个销售后台。', 'A few kinds of part, cut once, that carry the whole of sales.'],
  login: ['登录名', 'Login'],
  password: ['密码', 'Password'],
  otp: ['验证码', 'Code'],
  otpHint: ['{login} 已启用两步验证，请输入验证器中的 6 位验证码。', '{login} has two-factor on. Enter the 6 digits of your authenticator.'],
  recovery: ['恢复码', 'Recovery code'],
  recoveryHint: ['请输入启用两步验证时保存的一个恢复码，每个只能使用一次。', 'Enter one of the recovery codes that you kept; each works once.'],
  recoveryUse: ['没有手机？使用恢复码', 'No phone? Use a recovery code'],
  otpUse: ['使用验证码', 'Use a code'],
  back: ['返回', 'Back'],
  verify: ['验证并登录', 'Verify and sign in'],
  signIn: ['登录', 'Sign in'],
  loginNeeded: ['请输入登录名', 'Enter your login'],
  passwordNeeded: ['请输入密码', 'Enter your password'],
  otpNeeded: ['请输入', 'Enter it'],
  locked: ['登录已被暂时锁定', 'Sign-in is locked for a while'],
  failed: ['没有登录成功', 'You are not signed in'],
});
