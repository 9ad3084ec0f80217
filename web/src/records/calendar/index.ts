export { CalendarBoard } from './CalendarBoard';
