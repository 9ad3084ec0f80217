export { SimulationDialog } from './SimulationDialog';
export { SimulationPanel } from './SimulationPanel';
