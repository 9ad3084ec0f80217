import type { Row } from '@/api/types';
import type { Formatter, Translate } from '@/i18n';
import type { poolTexts } from './texts';

type Key = keyof typeof poolTexts;
type Kind = 'enter' | 'claim' | 'assign' | 'distribute' | 'transfer' | 'return' | 'reclaim' | 'expire' | 'move' | 'ask' | 'refuse' | 'extend';
type Why = 'protection' | 'no_activity' | 'longest' | 'owner_gone';

const WHY = new Set(['protection', 'no_activity', 'longest', 'owner_gone']);

/** A movement as a sentence, with the rule or the reason behind it. */
export function movementWords(row: Row, t: Translate<Key>, format: Pick<Formatter, 'datetime'>): string {
  const text = (path: string) => (typeof row[path] === 'string' ? row[path] : undefined);
  const params = {
    by: text('by.name') ?? t('system'), from: text('from.name') ?? '—', to: text('to.name') ?? '—', pool: text('pool.name') ?? '—',
  };
  const words = t(`m_${String(row.kind) as Kind}`, params);
  const because: string[] = [];
  const rule = text('rule');
  if (rule && WHY.has(rule)) {
    const since = text('since');
    because.push(t(`why_${rule as Why}`, { days: Number(row.rule_days ?? 0), since: since ? format.datetime(since) : '—' }));
    const period = text('period.name');
    if (period) because.push(t('why_period', { period }));
  }
  const reason = text('reason.name');
  if (reason) because.push(t('why_reason', { reason }));
  const said = text('description');
  if (said) because.push(said);
  return because.length > 0 ? `${words} · ${because.join(' · ')}` : words;
}
