export { MapBoard } from './MapBoard';
