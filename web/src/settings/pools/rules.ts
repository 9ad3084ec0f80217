import type { PoolRules } from '@/api/pools';
import type { Values } from '@/api/types';
import type { Translate } from '@/i18n';
import type { poolSettingTexts } from './texts';

const number = (value: unknown): number | null => (typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : null);

/** The rules of time in a pool's record. */
export const rulesOf = (record: Values): PoolRules => ({
  automatic: record.recycle_rule === 'automatic',
  default_days: number(record.default_days) ?? 1,
  extend_days: number(record.extend_days),
  longest_days: number(record.longest_days),
  no_activity_days: number(record.no_activity_days),
});

/** They in plain words, as one sentence. */
export function rulesWords(rules: PoolRules, t: Translate<keyof typeof poolSettingTexts>): string {
  if (!rules.automatic) return t('manual');
  const says = [
    t('saysDefault', { n: rules.default_days }),
    ...(rules.extend_days === null ? [] : [t('saysExtend', { n: rules.extend_days })]),
    ...(rules.no_activity_days === null ? [] : [t('saysIdle', { n: rules.no_activity_days })]),
    ...(rules.longest_days === null ? [] : [t('saysLongest', { n: rules.longest_days })]),
  ];
  return t('saysEnd', { says: says.join(t('saysThen')) });
}

/** What a period says other than its pool, as one sentence: the days that it leaves blank are those of the pool. */
export function periodWords(period: Values, t: Translate<keyof typeof poolSettingTexts>): string {
  const said = (name: string, key: 'saysPeriodDefault' | 'saysExtend' | 'saysIdle' | 'saysLongest') => {
    const n = number(period[name]);
    return n === null ? [] : [t(key, { n })];
  };
  const says = [...said('default_days', 'saysPeriodDefault'), ...said('extend_days', 'saysExtend'), ...said('no_activity_days', 'saysIdle'), ...said('longest_days', 'saysLongest')];
  return t('saysPeriod', { name: String(period.name ?? ''), says: t('saysEnd', { says: says.join(t('saysThen')) }) });
}

export interface Mark {
  day: number;
  kind: 'taken' | 'protection' | 'follow' | 'extended' | 'longest';
}

/** The days of the picture: one follow-up on the last day of protection shows what it brings. */
export function marksOf(rules: PoolRules): Mark[] {
  const hard = rules.longest_days ?? Infinity;
  const end = Math.min(rules.default_days, hard);
  const marks: Mark[] = [{ day: 0, kind: 'taken' }, { day: end, kind: 'protection' }];
  if (rules.extend_days !== null && end < hard) {
    const follow = Math.max(1, end - 1);
    const extended = Math.min(follow + rules.extend_days, hard);
    if (extended > end) marks.push({ day: follow, kind: 'follow' }, { day: extended, kind: 'extended' });
  }
  if (rules.longest_days !== null) marks.push({ day: rules.longest_days, kind: 'longest' });
  return marks.sort((a, b) => a.day - b.day);
}
