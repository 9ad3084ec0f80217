/** What the drawer of a field offers as its type, and other words by which people look for one. */
import type { FieldBody } from '@/api/definitions';
import type { FieldType } from '@/api/types';
import { sourceOf, sourcesOf, withSource, type Source } from './summary/valueSource';

export type Calculated = Exclude<Source, 'written'>;
export type FieldKind = FieldType | Calculated;

/** Elsewhere a formula and a roll-up are types of their own; here they are where a value comes from. */
export const CALCULATED: Calculated[] = ['formula', 'summary'];

const USUAL: Record<Calculated, FieldType> = { formula: 'decimal', summary: 'integer' };

const WORDS: Partial<Record<FieldKind, string>> = {
  formula: '计算 calculated computed',
  summary: '计算 汇总 累计 统计 roll-up rollup calculated',
  text: '文字 单行 string',
  long_text: '多行 文本域 备注 textarea note',
  rich_text: '格式 html',
  integer: '数字 number int',
  decimal: '数字 实数 浮点 number float',
  currency: '货币 钱 money amount',
  percent: '比例 率 rate %',
  datetime: '时间戳 timestamp',
  boolean: '布尔 复选框 勾选 开关 checkbox bool',
  select: '下拉 选项 枚举 picklist dropdown list',
  multi_select: '下拉 选项 标签 picklist tags',
  lookup: '引用 关系 查找 外键 reference relation',
  polymorphic: '引用 关系 reference relation',
  auto_number: '流水号 编码 sequence serial',
  phone: '手机 mobile',
  url: '链接 网站 link website',
  location: '经纬度 坐标 地图 gps map coordinates',
  address: '省市区 地区 region',
  file: '文件 附件 upload attachment',
  image: '照片 photo picture',
  user: '用户 员工 成员 user member',
};

/** Whether somebody who types `input` means this kind. */
export const isMeant = (kind: FieldKind, label: string, input: string): boolean =>
  `${label} ${kind} ${WORDS[kind] ?? ''}`.toLowerCase().includes(input.trim().toLowerCase());

export const isCalculated = (kind: FieldKind): kind is Calculated => (CALCULATED as FieldKind[]).includes(kind);

/** The field with its value calculated: of its type, where that can be, else of the usual one. */
export function calculatedBy(field: FieldBody, source: Calculated): FieldBody {
  const type = sourcesOf(field.type).includes(source) && field.type !== 'text' ? field.type : USUAL[source];
  return withSource({ ...field, type }, source);
}

/** The formula of a field that becomes another type, as far as values of that one may come from a formula. */
export const keptFormula = (field: FieldBody, type: FieldType): Pick<FieldBody, 'formula'> =>
  sourceOf(field) === 'formula' && sourcesOf(type).includes('formula') ? { formula: field.formula } : {};
