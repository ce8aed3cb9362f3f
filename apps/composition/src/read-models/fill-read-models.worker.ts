import { parentPort, workerData } from 'node:worker_threads';
import { EventLogReader, openReadModelDatabase } from '#engines/sqlite';
import { fill } from '#event-sourcing';
import { type ReadModelTables, createReadModelIndexes, openForFilling } from '#read-models';
import type { Filling } from './fill-read-models.ts';
import { readModelSchemas } from './read-model-schemas.ts';

/** So many migrations are kept in memory before they are written: the more, the less often each of them is. */
const HOLDS = 10_000;

const { log, copy, owner, eventTypes } = workerData as Filling;
const reader = new EventLogReader(log);
const built = openReadModelDatabase<ReadModelTables>(copy);
// Nothing has to survive a power cut before all of it is there: a copy that is not in use yet is begun anew.
built.database.exec('PRAGMA synchronous = OFF');
const { projection, storage } = await openForFilling(built.queries, owner);
await fill({
  store: { readAll: (options) => reader.readAll(options), head: () => Promise.resolve(reader.head()) },
  schemas: readModelSchemas(eventTypes),
  projection,
  storage,
  holds: HOLDS,
  onProgress: (events) => parentPort?.postMessage(events),
});
await createReadModelIndexes(built.queries);
built.database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)');
reader.close();
await built.close();
