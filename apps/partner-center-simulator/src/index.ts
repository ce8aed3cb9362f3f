export type { CustomerDescription } from './customers/customer-description.ts';
export { FAULTS, type FaultName } from './faults/fault-list.ts';
export { startSimulator, type Simulator, type SimulatorOptions } from './simulator.ts';
export { DrivenClock, systemClock } from './time/own-clock.ts';
