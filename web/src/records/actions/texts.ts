import { defineTexts } from '@/i18n';

export const actionTexts = defineTexts({
  ask: ['{action}？', '{action}?'],
  askMany: ['对 {n} 条记录执行“{action}”？', '{action} for {n} {n|record|records}?'],
  done: ['已完成：{action}', 'Done: {action}'],
  onePassword: ['一次性密码', 'One-time password'],
  onePasswordHint: ['请现在复制并转告本人，它不会再次显示。对方下次登录时须设置新密码。', 'Copy it now and pass it on; it is not shown again. The next sign-in asks for a new one.'],
  onePasswordKept: ['我已复制', 'I have copied it'],
});
