export * from './command-loop.ts';
export * from './command.ts';
export * from './event-store.ts';
export * from './folded-stream.ts';
export * from './keyed-queue.ts';
export * from './schema-registry.ts';
