import type { Row } from '@/api/types';
import type { Translate } from '@/i18n';
import type { lineTexts } from './texts';

/** Whether a price rule decides the number: all of a line that it added, the price of one that was entered. */
export const ruled = (row: Row, name: string): boolean => Boolean(row.given_by_id) || (Boolean(row.priced_by_id) && name !== 'quantity');

/** Which rule added or priced the line, for readers of rules. */
export const ruleWords = (row: Row, t: Translate<keyof typeof lineTexts>): string | null => {
  const named = (path: string) => (typeof row[path] === 'string' ? row[path] : '');
  if (row.given_by_id) return t('given', { rule: named('given_by.rule.name') });
  return row.priced_by_id ? t('priced', { rule: named('priced_by.rule.name') }) : null;
};
