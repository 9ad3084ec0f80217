import { defineTexts } from '@/i18n';

export const formTexts = defineTexts({
  newOf: ['新建{object}', 'New {object}'],
  editOf: ['编辑{object}', 'Edit {object}'],
  save: ['保存', 'Save'],
  saveAndNew: ['保存并新建', 'Save and new'],
  cancel: ['取消', 'Cancel'],
  saved: ['{object}已保存', '{object} saved'],
  required: ['请填写{field}', 'Fill in {field}'],
  discardTitle: ['放弃未保存的修改？', 'Discard unsaved changes?'],
  discardHint: ['关闭后，您填写的内容不会保留。', 'What you have entered will not be kept.'],
  discard: ['放弃', 'Discard'],
  stay: ['继续编辑', 'Keep editing'],
  other: ['其他', 'Other'],
  notSaved: ['没有保存，请检查标出的内容', 'Not saved: check what is marked'],
  conflictTitle: ['这条记录刚被他人修改', 'Somebody has just changed this record'],
  conflictHint: ['以下内容与您填写的不同，请逐项选择要保留的值。', 'These values differ from yours. Choose which to keep, one by one.'],
  mine: ['我的', 'Mine'],
  theirs: ['对方的', 'Theirs'],
  blank: ['（空）', '(blank)'],
  saveChosen: ['按所选保存', 'Save the chosen values'],
});
