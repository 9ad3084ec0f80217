export { SecurityDialog } from './SecurityDialog';
