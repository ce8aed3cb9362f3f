export { createMigrationsProjection } from './migrations-projection.ts';
export { createProjectionStorage, type ReadModelTransaction } from './projection-storage.ts';
export { type Cursor, type Page, cursorFromText, cursorToText } from './queries/cursor.ts';
export * from './queries/migrations.ts';
export * from './queries/overview.ts';
export * from './queries/to-dos.ts';
export { createReadModelTables } from './schema.ts';
export { NEVER, type ReadModelTables } from './tables.ts';
export { createToDoStore } from './to-do-store.ts';
