import { defineTexts } from '@/i18n';

export const mapTexts = defineTexts({
  map: ['地图', 'Map'],
  about: ['每个格子代表一个省级行政区，按大致方位排列；颜色越深，数量越多。', 'Each tile is a province in about its place; the darker, the more.'],
  count: ['{n} 条', '{n}'],
  provinceTitle: ['{name}：{n} 条', '{name}: {n}'],
  whole: ['全国', 'All of China'],
  cities: ['城市', 'Cities'],
  otherCities: ['未填城市', 'No city given'],
  elsewhere: ['其他地区', 'Elsewhere'],
  blank: ['未填地址', 'No address'],
  records: ['{name}的{objects}', '{objects} in {name}'],
  openList: ['在列表中查看', 'See them in the list'],
  nothing: ['还没有带地址的{objects}', 'No {~objects} with an address yet'],
  nothingHint: ['填写地址后，这里按省份汇总。', 'Once addresses are filled in, they are counted by province here.'],
  points: ['坐标分布', 'Where they are'],
  pointsHint: ['按经纬度显示；灰色是省会城市，供参照。', 'By latitude and longitude; grey are the capitals of provinces, for orientation.'],
  capped: ['只显示前 {n} 条。', 'The first {n} are shown.'],
  noPoints: ['还没有带坐标的{objects}', 'No {~objects} with coordinates yet'],
});
