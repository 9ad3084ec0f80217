import { useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import type { DuplicateRule } from './rules';
import { duplicateTexts } from './texts';

/** A rule in words: 若 客户名称 与 线索.公司名称 相似. */
export function RuleWords({ rule }: { rule: DuplicateRule }) {
  const t = useTexts(duplicateTexts);
  const label = useLabel();
  const model = useModel();
  const mine = model.object(rule.object);
  const words = rule.groups.map((group) => {
    const theirs = model.object(group.compared);
    return group.conditions.map(({ field = '', match, other = '' }) => {
      const one = label(mine?.field(field)?.label) || field;
      const two = label(theirs?.field(other)?.label) || other;
      if (group.compared === rule.object && field === other) return t('own', { field: one, match: t(match) });
      return t('sentence', { field: one, other: group.compared === rule.object ? two : `${label(theirs?.label) || group.compared}·${two}`, match: t(match) });
    }).join(t('and'));
  });
  return <>{words.length > 0 ? words.join(t('or')) : t('none')}</>;
}
