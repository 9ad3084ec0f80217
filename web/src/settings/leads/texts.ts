import { defineTexts } from '@/i18n';

export const mappingTexts = defineTexts({
  title: ['线索字段映射', 'Lead field mapping'],
  hint: ['线索转换时，左边的线索字段填入右边的目标字段。只列出类型相符的字段；转换的人可以在对话框里修改。', 'Converting a lead fills the fields on the right from the lead. Only fields of a kind that fits are offered; who converts may change the values.'],
  field: ['线索字段', 'Lead field'],
  nothing: ['不带入', 'Not taken'],
  saved: ['映射已保存', 'The mapping is saved'],
  unsaved: ['有未保存的修改', 'Not saved yet'],
  onlyMapped: ['只看已映射的', 'Mapped ones only'],
  takenBy: ['已由“{field}”填写', 'Filled from {field}'],
});
