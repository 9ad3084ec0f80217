export { Marks } from './Marks';
export { StageGuide } from './StageGuide';
export { useMissing } from './useMissing';
export { demandedBy, markFields, goingOn, outcomeOf, ruleOf, useStageRules, ANY_TYPE, type Outcome } from './rules';
