import { defineTexts } from '@/i18n';

export const stageTexts = defineTexts({
  missingTitle: ['还需要填写', 'A few things are missing'],
  missingHint: ['填写后即可移到“{stage}”。', 'Fill them in to move on to “{stage}”.'],
  move: ['保存并移动', 'Save and move'],
  cancel: ['取消', 'Cancel'],
  daysHere: ['本阶段第 {n} 天', 'Day {n} in this stage'],
  standard: ['标准 {n} 天', 'standard: {n}'],
  over: ['超出标准 {n} 天', '{n} {n|day|days} over the standard'],
  overdue: ['已逾期', 'Overdue'],
  overdueHint: ['结单日期已过，机会仍在进行中。', 'The close date has passed and the deal is still open.'],
  idle: ['停滞 {n} 天', 'Idle {n} {n|day|days}'],
  idleHint: ['这么多天没有活动，也没有推进。', 'No activity and no move for so many days.'],
  tasks: ['阶段任务', 'Tasks of this stage'],
  mustDo: ['推进前必须完成', 'Must be done to move on'],
  onHold: ['搁置至 {day}', 'On hold until {day}'],
  ended: ['{stage}，历时 {n} 天', '{stage} after {n} {n|day|days}'],
});
