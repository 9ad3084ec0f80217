import { describe, expect, it } from 'vitest';
import { stepsOf } from './figures';

describe('the figures of a campaign', () => {
  it('are drawn against the widest step', () => {
    const steps = stepsOf({ member_count: 40, response_count: 20, lead_count: 10, opportunity_count: 4, won_count: 0 });
    expect(steps.map(({ name, share }) => [name, share])).toEqual([['members', 1], ['responses', 0.5], ['leads', 0.25], ['opportunities', 0.1], ['won', 0]]);
  });
  it('leave out what one may not see', () => {
    expect(stepsOf({ member_count: 3, lead_count: 0 }).map(({ name }) => name)).toEqual(['members', 'leads']);
  });
});
