export { KanbanBoard } from './KanbanBoard';
