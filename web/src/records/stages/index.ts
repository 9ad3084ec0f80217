export { Marks } from './Marks';
export { StageGuide } from './StageGuide';
export { useMissing } from './useMissing';
export { demandedBy, markFields, outcomeOf, ruleOf, useStageRules, ANY_TYPE, type Outcome } from './rules';
