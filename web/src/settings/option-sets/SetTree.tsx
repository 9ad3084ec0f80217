import { Input, Tree } from 'antd';
import { useMemo, useState } from 'react';
import { useOptionSet, type OptionSetAnswer } from '@/api/optionSets';
import type { Option } from '@/api/types';
import { useLabel, useTexts } from '@/i18n';
import { PageSkeleton } from '@/ui/states';
import { optionSetTexts } from './texts';

interface Node {
  key: string;
  title: string;
  children?: Node[];
}

const HEIGHT = 560;

/** A set below the sets that it depends on: 省, 市, 区. Three levels are as many as there are. */
export function SetTree({ set }: { set: OptionSetAnswer }) {
  const t = useTexts(optionSetTexts);
  const label = useLabel();
  const above = useOptionSet(set.controlled_by ?? undefined);
  const top = useOptionSet(above.data?.controlled_by ?? undefined);
  const [text, setText] = useState('');
  const levels = useMemo(
    () => [top.data?.options, above.data?.options, set.options].filter((options): options is Option[] => options !== undefined),
    [top.data, above.data, set.options],
  );
  const nodes = useMemo(() => {
    const sought = text.trim().toLowerCase();
    const below = (level: number, parent: string | null): Node[] =>
      (levels[level] ?? []).flatMap((option) => {
        if (parent !== null && option.shown_for && !option.shown_for.includes(parent)) return [];
        const children = level + 1 < levels.length ? below(level + 1, option.value) : undefined;
        const met = sought === '' || `${option.label.zh} ${option.label.en} ${option.value}`.toLowerCase().includes(sought);
        if (!met && (children === undefined || children.length === 0)) return [];
        return [{ key: `${parent ?? ''}/${option.value}`, title: `${label(option.label)} · ${option.value}`, children }];
      });
    return below(0, null);
  }, [levels, text, label]);
  if (above.isLoading || top.isLoading) return <PageSkeleton />;
  return (
    <>
      <div className="set-tools">
        <Input allowClear placeholder={t('findOption')} aria-label={t('findOption')} value={text} onChange={(event) => { setText(event.target.value); }} />
      </div>
      <Tree<Node> key={text === '' ? 'all' : 'found'} treeData={nodes} height={HEIGHT} selectable={false} defaultExpandAll={text !== '' && nodes.length < 40} virtual />
    </>
  );
}
