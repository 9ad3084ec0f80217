import { expect, test } from 'vitest';
import { daysLeft } from './days';

const ZONE = 'Asia/Shanghai';

test('days are those of the calendar, not of the clock', () => {
  const end = '2026-04-04T15:59:59Z';
  expect(daysLeft(end, '2026-03-25T04:00:00Z', ZONE)).toBe(10);
  expect(daysLeft(end, '2026-04-03T15:59:59Z', ZONE)).toBe(1);
  expect(daysLeft(end, '2026-04-03T16:00:00Z', ZONE)).toBe(0);
  expect(daysLeft(end, '2026-04-04T15:59:59Z', ZONE)).toBe(0);
});

test('what is over is over at once', () => {
  expect(daysLeft('2026-04-04T15:59:59Z', '2026-04-04T16:00:00Z', ZONE)).toBe(-1);
});
