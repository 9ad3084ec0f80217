import { lazy } from 'react';

export { SettingsTrail } from './SettingsTrail';
/** The effect of a change of rights before it is saved; loaded when somebody asks for it. */
export const SimulationDialog = lazy(() => import('./simulation').then((m) => ({ default: m.SimulationDialog })));
