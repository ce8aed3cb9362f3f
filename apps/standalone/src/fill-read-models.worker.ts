import { parentPort, workerData } from 'node:worker_threads';
import { EventLogReader, openReadModelDatabase } from '#engines/sqlite';
import { type EventSchemas, catchUp, defineEventSchemas, parkingSchemas } from '#event-sourcing';
import { MIGRATION_EVENT_SCHEMAS } from '#migration';
import { IMPORT_EVENT_SCHEMAS, type ReadModelTables, createReadModelIndexes, openForFilling } from '#read-models';
import type { Filling } from './fill-read-models.ts';

/** Nobody else has a turn in this thread: fewer commits, and a row that several events of a batch change is written once. */
const EVENTS_A_COMMIT = 5_000;

/**
 * The events that rows are made of, in today's shape. Those of other parts only pass by: what defines them comes with
 * the whole application, which would take this thread longer to load than most logs to read.
 */
function schemasOf(eventTypes: readonly string[]): EventSchemas {
  const schemas = defineEventSchemas([...MIGRATION_EVENT_SCHEMAS, ...IMPORT_EVENT_SCHEMAS, ...parkingSchemas]);
  const others = new Set(eventTypes.filter((type) => !schemas.types.includes(type)));
  return { ...schemas, toDomainEvent: (event) => (others.has(event.type) ? event : schemas.toDomainEvent(event)) };
}

const { log, copy, owner, eventTypes } = workerData as Filling;
const reader = new EventLogReader(log);
const built = openReadModelDatabase<ReadModelTables>(copy);
// Nothing has to survive a power cut before all of it is there: a copy that is not in use yet is begun anew.
built.database.exec('PRAGMA synchronous = OFF');
const { projection, storage } = await openForFilling(built.queries, owner);
await catchUp({
  store: { readAll: (options) => reader.readAll(options), head: () => Promise.resolve(reader.head()) },
  schemas: schemasOf(eventTypes),
  projection,
  storage,
  batchSize: EVENTS_A_COMMIT,
  onProgress: ({ eventsDone }) => parentPort?.postMessage(eventsDone),
});
await createReadModelIndexes(built.queries);
built.database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)');
reader.close();
await built.close();
