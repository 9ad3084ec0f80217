import { describe, expect, it } from 'vitest';
import type { Holding } from '@/api/moves';
import { numberOf, partsOf } from './handover';

const counted = (number: number) => ({ number, capped: false });
const holdings: Holding[] = [
  { object: 'account', total: counted(5), open: null, can: true },
  { object: 'opportunity', total: counted(8), open: counted(3), can: true },
  { object: 'list_view', total: counted(2), open: null, can: false },
];

describe('a plan of a hand-over', () => {
  it('takes all that may be handed over, once somebody receives each', () => {
    expect(partsOf(holdings, {}, undefined)).toBeNull();
    expect(partsOf(holdings, {}, '7')).toEqual([
      { object: 'account', to_id: '7', open_only: false },
      { object: 'opportunity', to_id: '7', open_only: false },
    ]);
    expect(numberOf(holdings, {})).toBe(13);
  });

  it('follows what was chosen of each', () => {
    const choices = { account: { taken: false }, opportunity: { open_only: true, to: '9' } };
    expect(partsOf(holdings, choices, undefined)).toEqual([{ object: 'opportunity', to_id: '9', open_only: true }]);
    expect(numberOf(holdings, choices)).toBe(3);
    expect(partsOf(holdings, { account: { to: '9' } }, undefined)).toBeNull();
  });
});
