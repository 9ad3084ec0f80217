import { describe, expect, it } from 'vitest';
import type { RuleBody } from '@/api/definitions';
import { freshName, rulesChange, withRule } from './rules';

const rule = (name: string, condition = 'true'): RuleBody => ({ name, label: { zh: name, en: name }, condition, message: { zh: 'x', en: 'x' } });

describe('validation rules', () => {
  it('names a new rule as no other is named', () => {
    expect(freshName([])).toBe('rule_1');
    expect(freshName([rule('rule_2')])).toBe('rule_3');
    expect(freshName([rule('rule_3'), rule('other')])).toBe('rule_4');
  });

  it('puts a rule in the place of its older self', () => {
    expect(withRule([rule('a'), rule('b')], rule('a', 'false')).map(({ condition }) => condition)).toEqual(['false', 'true']);
    expect(withRule([rule('a')], rule('b')).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('takes the key away with the last rule', () => {
    expect(rulesChange('account', [])).toEqual([{ object: 'account', body: { validation_rules: null } }]);
  });
});
