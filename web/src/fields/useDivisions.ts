import { useOptionSet } from '@/api/optionSets';
import type { Option } from '@/api/types';

const names = (options: Option[], above: Option | undefined): string[] =>
  options.filter((option) => option.active !== false && above !== undefined && option.shown_for?.includes(above.value)).map((option) => option.label.zh);

/** 省, 市, 区 to suggest while an address is typed: the same divisions that option sets offer. Addresses keep them as texts. */
export function useDivisions(province: string | null | undefined, city: string | null | undefined) {
  const provinces = useOptionSet('china_province').data?.options ?? [];
  const cities = useOptionSet('china_city').data?.options ?? [];
  const districts = useOptionSet('china_district').data?.options ?? [];
  const at = provinces.find((option) => option.label.zh === province);
  const in_ = cities.find((option) => option.label.zh === city && at !== undefined && option.shown_for?.includes(at.value));
  return { provinces: provinces.map((option) => option.label.zh), cities: names(cities, at), districts: names(districts, in_) };
}
