/** For tests only: nothing that runs imports this. */
export * from './given-when-then.ts';
export * from './memory-projection-storage.ts';
export * from './memory-to-do-store.ts';
