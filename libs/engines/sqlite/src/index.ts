export { SqliteEngineError } from './sqlite-engine-error.ts';
export { EventLogReader } from './event-log/event-log-reader.ts';
export { SqliteEventStore } from './event-log/sqlite-event-store.ts';
