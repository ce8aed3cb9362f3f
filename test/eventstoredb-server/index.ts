export { Faults } from './faults.ts';
export type { FaultName } from './faults.ts';
export { StandInLog } from './stand-in-log.ts';
export { StandInServer } from './stand-in-server.ts';
export type { StandInServerOptions } from './stand-in-server.ts';
