export * from './message-bus.ts';
export * from './topic-log/index.ts';
