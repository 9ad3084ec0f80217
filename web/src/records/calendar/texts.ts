import { defineTexts } from '@/i18n';

export const calendarTexts = defineTexts({
  month: ['月', 'Month'],
  week: ['周', 'Week'],
  day: ['日', 'Day'],
  agenda: ['日程', 'Agenda'],
  modes: ['日历视图', 'Calendar view'],
  today: ['今天', 'Today'],
  previous: ['上一页', 'Earlier'],
  next: ['下一页', 'Later'],
  calendar: ['日历', 'Calendar'],
  newOn: ['在 {day} 新建', 'New on {day}'],
  more: ['还有 {n} 条', '{n} more'],
  emptyRange: ['这段时间没有{objects}', 'No {~objects} in this time'],
  emptyHint: ['点击某一天可以新建；没有日期的记录不显示在日历上。', 'Click a day to make one. Records without a date are not on a calendar.'],
  capped: ['这段时间的记录较多，只显示前 {n} 条。请缩小范围或加上筛选条件。', 'There are many records in this time; the first {n} are shown. Choose a shorter time or filter.'],
  moved: ['“{name}”已移到 {day}', '“{name}” is now on {day}'],
  allDay: ['全天', 'All day'],
  instructions: ['按空格拿起，用方向键移到另一天，再按空格放下，按 Esc 取消。', 'Press space to lift, arrow keys to move to another day, space to drop, escape to cancel.'],
});
