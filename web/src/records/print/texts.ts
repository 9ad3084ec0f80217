import { defineTexts } from '@/i18n';

export const printTexts = defineTexts({
  print: ['打印', 'Print'],
  title: ['打印“{name}”', 'Print “{name}”'],
  titleMany: ['打印 {n} 条{objects}', 'Print {n} {~objects}'],
  template: ['模板', 'Template'],
  noTemplates: ['还没有可用的打印模板', 'There is no print template for you yet'],
  noTemplatesHint: ['请管理员在“设置 › 打印模板”中为这个对象新建一个。', 'An administrator can make one in Settings › Print templates.'],
  download: ['下载 PDF', 'Download PDF'],
  open: ['打开并打印', 'Open and print'],
  making: ['正在生成文档…', 'Making the document…'],
  pdf: ['合并为一个 PDF', 'One PDF'],
  zip: ['每条一个 PDF（压缩包）', 'A PDF of each (zip)'],
  format: ['文件', 'File'],
  start: ['开始打印', 'Print'],
  running: ['正在生成 {n} 份文档…', 'Making {n} {n|document|documents}…'],
  done: ['已生成 {n} 份文档，下载已开始。', '{n} {n|document is|documents are} ready; the download has begun.'],
  again: ['再次下载', 'Download again'],
  failed: ['打印没有成功', 'Printing did not succeed'],
  tooMany: ['一次最多打印 {n} 条，请减少选择的记录。', 'At most {n} records can be printed at once. Choose fewer.'],
});
