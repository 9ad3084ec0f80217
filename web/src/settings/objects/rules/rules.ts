import type { DefinitionChange, RuleBody } from '@/api/definitions';

export const ALWAYS: ('create' | 'update')[] = ['create', 'update'];

/** A name for a new rule that no other has. */
export function freshName(rules: RuleBody[]): string {
  const taken = new Set(rules.map(({ name }) => name));
  for (let n = rules.length + 1; ; n += 1) {
    if (!taken.has(`rule_${String(n)}`)) return `rule_${String(n)}`;
  }
}

/** `rule` in the place of the one that has its name, or behind all others. */
export const withRule = (rules: RuleBody[], rule: RuleBody): RuleBody[] =>
  rules.some(({ name }) => name === rule.name) ? rules.map((one) => (one.name === rule.name ? rule : one)) : [...rules, rule];

/** The change that gives an object these rules. */
export const rulesChange = (object: string, rules: RuleBody[]): DefinitionChange[] => [
  { object, body: { validation_rules: rules.length > 0 ? rules : null } },
];
