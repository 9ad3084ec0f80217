import { defineTexts } from '@/i18n';

export const kanbanTexts = defineTexts({
  loadMore: ['再看 {n} 条', 'Show {n} more'],
  empty: ['没有记录', 'Nothing here'],
  dropHere: ['拖到这里', 'Drop here'],
  cardMenu: ['{name} 的操作', 'Actions for {name}'],
  moveTo: ['移动到', 'Move to'],
  edit: ['编辑', 'Edit'],
  moved: ['“{name}”已移到“{stage}”', '“{name}” moved to “{stage}”'],
  noStage: ['未设置', 'None'],
  newIn: ['在“{stage}”新建', 'New in “{stage}”'],
  count: ['{n} 条', '{n} {n|record|records}'],
  board: ['看板', 'Board'],
  instructions: ['按空格或回车拿起卡片，用左右方向键选择列，再按空格放下，按 Esc 取消。', 'Press space or Enter to pick up a card, arrow keys to choose a column, space to drop, Esc to cancel.'],
});
