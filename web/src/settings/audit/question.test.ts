import { describe, expect, it } from 'vitest';
import { exportOf, filterOf, fromAddress, pageOf, toAddress, type Wanted } from './question';

const NOTHING: Wanted = { area: '', who: '', object: '', period: 'ever', text: '' };

describe('what is looked for in the audit log', () => {
  it('stands in the address and comes back from it', () => {
    const wanted: Wanted = { area: 'sign_in', who: '7', object: 'role', period: 'year', text: '王 & 芳' };
    expect(fromAddress(toAddress(wanted))).toEqual(wanted);
    expect(toAddress({ ...NOTHING, period: 'month' }).toString()).toBe('');
    expect(fromAddress(new URLSearchParams('period=nonsense')).period).toBe('month');
  });

  it('counts today to the last days', () => {
    expect(filterOf({ ...NOTHING, period: 'week' }, 'zh')).toEqual({
      and: [{ or: [{ field: 'at', op: '=', value: { relative: 'LAST_N_DAYS', count: 7 } }, { field: 'at', op: '=', value: { relative: 'TODAY' } }] }],
    });
    expect(filterOf(NOTHING, 'zh')).toBeNull();
  });

  it('searches and exports in the language of the reader', () => {
    const text = JSON.stringify(filterOf({ ...NOTHING, text: 'x' }, 'en'));
    expect(text).toContain('subject_en');
    expect(text).not.toContain('subject_zh');
    expect(exportOf(NOTHING, 'zh').fields).toContain('details_zh');
    expect(pageOf(NOTHING, 'zh', 'cursor').after).toBe('cursor');
  });
});
