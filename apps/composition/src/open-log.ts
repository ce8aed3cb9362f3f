import type { EventStore } from '#event-sourcing';
import type { DataFolder } from '#engines/sqlite';
import { SqliteEventStore } from '#engines/sqlite';
import type { Configuration } from '#application';

/** The event log that the configuration names; `file` where it is an embedded one. */
export type OpenedLog = { readonly store: SqliteEventStore; readonly file: string } | { readonly store: EventStore; readonly file: null };

/** @throws SqliteEngineError, EventStoreDbError what the operator has to mend; a server that does not answer is none of it */
export async function openLog({ eventStoreUrl }: Configuration, folder: DataFolder): Promise<OpenedLog> {
  if (eventStoreUrl === null) {
    const file = folder.file('events.db');
    return { store: await SqliteEventStore.open(file), file };
  }
  const { openEventStoreDb } = await import('#engines/eventstoredb');
  return { store: await openEventStoreDb(eventStoreUrl), file: null };
}
