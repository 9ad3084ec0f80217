import { expect, test } from 'vitest';
import type { ObjectModel } from '@/api/metadata';
import { frozenStage } from './frozen';

const options = [
  { value: 'draft', label: { zh: '草稿', en: 'Draft' }, attributes: { outcome: 'open' } },
  { value: 'in_review', label: { zh: '审批中', en: 'In review' }, attributes: { outcome: 'open', frozen: true } },
  { value: 'accepted', label: { zh: '已接受', en: 'Accepted' }, attributes: { outcome: 'won' } },
];
const quote = { stage_field: 'status', field: () => ({ name: 'status', options }) } as unknown as ObjectModel;

test.each([['draft', undefined], ['in_review', 'in_review'], ['accepted', 'accepted'], [null, undefined]])('at %s', (status, frozen) => {
  expect(frozenStage(quote, { status })?.value).toBe(frozen);
});
