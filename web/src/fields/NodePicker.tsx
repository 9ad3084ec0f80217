import { TreeSelect } from 'antd';
import { useDimensionNodes } from '@/api/dimensions';
import type { FieldMeta } from '@/api/types';
import { useTexts } from '@/i18n';
import { treeOf } from './nodeTree';
import { fieldTexts } from './texts';

const FIELD = /^dim_(.+)_id$/;

/** The key of the dimension whose values a field holds; undefined for other fields. */
export const dimensionOf = (field: FieldMeta): string | undefined =>
  field.target === 'dimension_node' ? FIELD.exec(field.name)?.[1] : undefined;

interface Props {
  dimension: string;
  value: string[];
  onChange: (ids: string[], names: string[]) => void;
  multiple?: boolean;
  /** Values that are switched off can be chosen as well: a filter asks for old records, too. */
  inactive?: boolean;
  id?: string;
  label?: string;
  disabled?: boolean;
  autoFocus?: boolean;
  allowClear?: boolean;
  size?: 'small' | 'middle' | 'large';
  status?: 'error';
}

/** The values of one dimension as a tree. */
export function NodePicker({ dimension, value, onChange, multiple, inactive, label, ...rest }: Props) {
  const t = useTexts(fieldTexts);
  const nodes = useDimensionNodes(dimension);
  const known = nodes.data ?? [];
  const nameOf = (id: string) => known.find((node) => node.id === id)?.name ?? '';
  const tree = treeOf(known, (node) => !inactive && !node.active && !value.includes(node.id));
  return (
    <TreeSelect<string | string[]>
      {...rest}
      aria-label={label}
      multiple={multiple}
      showSearch
      treeDefaultExpandAll
      treeNodeFilterProp="title"
      style={{ width: '100%' }}
      popupMatchSelectWidth={280}
      placeholder={t('choose')}
      loading={nodes.isPending}
      notFoundContent={nodes.isError ? t('findFailed') : t('nothingFound')}
      treeData={tree}
      value={multiple ? value : value[0]}
      onChange={(given: string | string[] | undefined) => {
        const ids = given === undefined ? [] : Array.isArray(given) ? given : [given];
        onChange(ids, ids.map(nameOf));
      }}
    />
  );
}
