export * from './clock.ts';
export * from './decider.ts';
export * from './event.ts';
export * from './ids.ts';
export * from './instant.ts';
