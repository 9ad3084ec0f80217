/**
 * China's provinces as tiles, each in about its place, and their capitals in degrees.
 *
 * A map with borders may be published in China only as the authorities have approved it; tiles draw none, need nothing
 * from the network, and every province is as easy to hit as any other.
 */

export interface Tile {
  /** As addresses have it without its kind (省, 市, 自治区). */
  name: string;
  en: string;
  column: number;
  row: number;
  /** Longitude and latitude of the capital. */
  at: readonly [number, number];
}

const tile = (name: string, en: string, column: number, row: number, longitude: number, latitude: number): Tile => ({ name, en, column, row, at: [longitude, latitude] });

export const TILES: readonly Tile[] = [
  tile('黑龙江', 'Heilongjiang', 8, 0, 126.64, 45.75),
  tile('内蒙古', 'Inner Mongolia', 6, 1, 111.75, 40.84),
  tile('吉林', 'Jilin', 8, 1, 125.32, 43.9),
  tile('新疆', 'Xinjiang', 1, 2, 87.62, 43.82),
  tile('甘肃', 'Gansu', 3, 2, 103.83, 36.06),
  tile('宁夏', 'Ningxia', 4, 2, 106.27, 38.47),
  tile('山西', 'Shanxi', 5, 2, 112.55, 37.87),
  tile('北京', 'Beijing', 6, 2, 116.4, 39.9),
  tile('天津', 'Tianjin', 7, 2, 117.2, 39.13),
  tile('辽宁', 'Liaoning', 8, 2, 123.43, 41.8),
  tile('西藏', 'Tibet', 1, 3, 91.13, 29.66),
  tile('青海', 'Qinghai', 2, 3, 101.78, 36.62),
  tile('四川', 'Sichuan', 3, 3, 104.07, 30.67),
  tile('陕西', 'Shaanxi', 4, 3, 108.95, 34.27),
  tile('河南', 'Henan', 5, 3, 113.65, 34.76),
  tile('河北', 'Hebei', 6, 3, 114.48, 38.03),
  tile('山东', 'Shandong', 7, 3, 117.0, 36.65),
  tile('重庆', 'Chongqing', 4, 4, 106.55, 29.56),
  tile('湖北', 'Hubei', 5, 4, 114.3, 30.6),
  tile('安徽', 'Anhui', 6, 4, 117.28, 31.86),
  tile('江苏', 'Jiangsu', 7, 4, 118.78, 32.04),
  tile('上海', 'Shanghai', 8, 4, 121.47, 31.23),
  tile('云南', 'Yunnan', 3, 5, 102.73, 25.04),
  tile('贵州', 'Guizhou', 4, 5, 106.71, 26.57),
  tile('湖南', 'Hunan', 5, 5, 113.0, 28.21),
  tile('江西', 'Jiangxi', 6, 5, 115.89, 28.68),
  tile('浙江', 'Zhejiang', 7, 5, 120.19, 30.26),
  tile('广西', 'Guangxi', 4, 6, 108.33, 22.84),
  tile('广东', 'Guangdong', 5, 6, 113.23, 23.16),
  tile('福建', 'Fujian', 6, 6, 119.3, 26.08),
  tile('台湾', 'Taiwan', 8, 6, 121.5, 25.05),
  tile('海南', 'Hainan', 4, 7, 110.35, 20.02),
  tile('澳门', 'Macao', 5, 7, 113.54, 22.19),
  tile('香港', 'Hong Kong', 6, 7, 114.17, 22.28),
];

export const COLUMNS = Math.max(...TILES.map((one) => one.column));
export const ROWS = Math.max(...TILES.map((one) => one.row)) + 1;

/** The province that an address names, however fully: 内蒙古自治区, 上海, 广西壮族自治区. */
export const tileOf = (province: string): Tile | undefined => TILES.find((one) => province.startsWith(one.name));

export interface PlaceCount {
  /** The spellings under which records have it. */
  spellings: string[];
  count: number;
  /** Decimal text, where an amount is summed up. */
  total: string | null;
}

/** How deep the colour of a count is, from 0 to 4: by its share of the greatest, not evenly, so that small ones show. */
export function depth(count: number, greatest: number): number {
  if (count === 0 || greatest === 0) return 0;
  return Math.max(1, Math.ceil(Math.sqrt(count / greatest) * 4));
}
