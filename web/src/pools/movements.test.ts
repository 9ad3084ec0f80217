import { expect, test } from 'vitest';
import { translator } from '@/i18n';
import { movementWords } from './movements';
import { poolTexts } from './texts';

const format = { datetime: (value: string) => value.slice(0, 10) };
const row = (values: Record<string, unknown>) => ({ id: '1', version: 1, ...values });

test('a reclaim says by which rule and from when', () => {
  const moved = row({ kind: 'expire', 'from.name': '王芳', rule: 'no_activity', rule_days: 15, since: '2026-03-25T04:00:00Z' });
  expect(movementWords(moved, translator(poolTexts, 'zh'), format)).toBe('从 王芳 回收 · 自 2026-03-25 起 15 天没有跟进');
  expect(movementWords(moved, translator(poolTexts, 'en'), format)).toBe('Reclaimed from 王芳 · no follow-up for 15 days, since 2026-03-25');
});

test('a reclaim by a period names it', () => {
  const moved = row({ kind: 'expire', 'from.name': '王芳', rule: 'protection', rule_days: 60, 'period.name': 'A 级', since: '2026-03-25T04:00:00Z' });
  expect(movementWords(moved, translator(poolTexts, 'zh'), format)).toBe('从 王芳 回收 · 自 2026-03-25 起的 60 天保护期已到 · 按分级保护期“A 级”');
});

test('a return says why', () => {
  const moved = row({ kind: 'return', 'by.name': '王芳', 'pool.name': '线索池', 'reason.name': '其他', description: '没有预算' });
  expect(movementWords(moved, translator(poolTexts, 'zh'), format)).toBe('王芳 退回“线索池” · 原因：其他 · 没有预算');
});
