import { defineTexts } from '@/i18n';

export const lineTexts = defineTexts({
  product: ['产品', 'Product'],
  listPrice: ['价格表价', 'List price'],
  quantity: ['数量', 'Quantity'],
  price: ['单价', 'Unit price'],
  discount: ['折扣 %', 'Discount %'],
  amount: ['金额', 'Amount'],
  before: ['原价', 'At list prices'],
  off: ['优惠', 'Off'],
  total: ['合计', 'Total'],
  addLine: ['添加产品：输入名称或编码', 'Add a product: type its name or code'],
  removeLine: ['移除 {name}', 'Remove {name}'],
  lineRemoved: ['已移除“{name}”', '“{name}” removed'],
  noLines: ['还没有明细。添加产品后，金额等于明细之和。', 'No lines yet. With lines, the amount is what they come to.'],
  frozen: ['处于“{stage}”，明细不能再修改', 'The lines stay as they are at “{stage}”'],
  noProducts: ['没有找到在售的产品', 'No product on sale found'],
  notInBook: ['“{book}”中没有找到产品', 'No product found in {book}'],
  configurable: ['可配置', 'Configurable'],
  configure: ['重新配置 {name}', 'Configure {name} again'],
  unit: ['{price} / {unit}', '{price} / {unit}'],
});
