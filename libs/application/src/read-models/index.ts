export * from './in-process-read-models.ts';
export type * from './read-model-engine.ts';
export type * from './read-models.ts';
