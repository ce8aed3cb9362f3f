export { ReadModelsUnavailable } from './copy-in-use.ts';
export * from './in-process-read-models.ts';
export { queriesInUse } from './queries-in-use.ts';
export type * from './read-model-engine.ts';
export type * from './read-models.ts';
export type * from './shared-read-model-engine.ts';
export * from './shared-read-models.ts';
