export { InviteDialog } from './InviteDialog';
export { MoveReport } from './MoveReport';
export { usePersonActions } from './usePersonActions';
