import { defineTexts } from '@/i18n';

export const buttonTexts = defineTexts({
  ask: ['执行“{name}”？', '{name}?'],
  askMany: ['对 {n} 条记录执行“{name}”？', '{name} for {n} {n|record|records}?'],
  done: ['“{name}”已完成', '“{name}” is done'],
  some: ['所选记录中有 {n} 条不适用', 'It is not for {n} of the selected records'],
});
