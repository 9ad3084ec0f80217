export { AskButton } from './AskButton';
export { AskDialog, type Entered } from './AskDialog';
export { AskedBanner } from './AskedBanner';
export { FormDuplicates, type Refusal } from './FormDuplicates';
export { HitList } from './HitList';
export { TwinBanner } from './TwinBanner';
