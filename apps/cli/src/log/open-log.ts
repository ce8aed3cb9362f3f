import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '#event-sourcing';
import { UsageFault } from '../failures/usage-fault.ts';
import { openEventStoreLog } from './event-store-log.ts';
import { type LogPlace, nameOfPlace } from './log-place.ts';

export type ReadableLog = Pick<EventStore, 'readAll' | 'head' | 'close'>;
export type WritableLog = ReadableLog & Pick<EventStore, 'append'>;

/** As the service names it in its data folder. */
const LOG_FILE = 'events.db';
/** A log holds customers' names: what is created is this user's own, as where a service creates it. */
const OWN_FILES_ONLY = 0o077;

/** A log that has to be there already. The folder is held meanwhile, so that no service works on it. */
export async function openExistingLog(place: LogPlace): Promise<ReadableLog> {
  if (place.kind === 'event-store') return openEventStoreLog(place.url);
  const file = join(place.path, LOG_FILE);
  if (!existsSync(file))
    throw new UsageFault(`${nameOfPlace(place)} holds no log (there is no ${LOG_FILE} in it): name the DATA_DIR of a service`);
  const { DataFolder, EventLogReader } = await import('#engines/sqlite');
  const folder = DataFolder.open(place.path);
  return closingAlso(() => {
    const reader = new EventLogReader(file);
    return {
      readAll: (options) => reader.readAll(options),
      head: async () => reader.head(),
      close: async () => reader.close(),
    };
  }, folder);
}

/** A log that may be created. */
export async function openLogForWriting(place: LogPlace): Promise<WritableLog> {
  if (place.kind === 'event-store') return openEventStoreLog(place.url);
  const { DataFolder, SqliteEventStore } = await import('#engines/sqlite');
  process.umask(OWN_FILES_ONLY);
  const folder = DataFolder.open(place.path);
  return closingAlso(() => SqliteEventStore.open(folder.file(LOG_FILE)), folder);
}

/** Lets go of the folder together with the log, or when the log cannot be opened. */
async function closingAlso<Log extends ReadableLog>(open: () => Log | Promise<Log>, folder: { close(): void }): Promise<Log> {
  try {
    const log = await open();
    const close = log.close.bind(log);
    log.close = async () => {
      await close();
      folder.close();
    };
    return log;
  } catch (error) {
    folder.close();
    throw error;
  }
}
