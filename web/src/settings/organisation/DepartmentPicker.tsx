import { TreeSelect } from 'antd';
import { useTexts } from '@/i18n';
import { organisationTexts } from './texts';
import type { Node } from './tree';

interface Option {
  value: string;
  title: string;
  disabled: boolean;
  children: Option[];
}

interface Props {
  roots: Node[];
  /** This one and all below it cannot be chosen. */
  without: Node;
  value: string | undefined;
  label: string;
  /** Whether the top level can be chosen: the value is then ''. */
  top?: boolean;
  onChange: (id: string) => void;
}

/** Chooses another department, from the tree. */
export function DepartmentPicker({ roots, without, value, label, top, onChange }: Props) {
  const t = useTexts(organisationTexts);
  const options = (nodes: Node[], closed: boolean): Option[] =>
    nodes.map((node) => {
      const out = closed || node.id === without.id;
      return { value: node.id, title: node.name, disabled: out || !node.active, children: options(node.children, out) };
    });
  const tree = options(roots, false);
  return (
    <TreeSelect<string>
      style={{ width: '100%' }}
      aria-label={label}
      placeholder={t('choose')}
      showSearch={{ treeNodeFilterProp: 'title' }}
      treeDefaultExpandAll
      autoFocus
      value={value}
      onChange={onChange}
      treeData={top ? [{ value: '', title: t('atTop'), disabled: false, children: [] }, ...tree] : tree}
      styles={{ popup: { root: { maxHeight: 360 } } }}
    />
  );
}
