export type { EndingFactsPort, HttpLog, HttpPorts } from '../wiring/http-ports.ts';
export { ApplicationModule, type Surface } from './application-module.ts';
export { createHttpApplication } from './create-http-application.ts';
