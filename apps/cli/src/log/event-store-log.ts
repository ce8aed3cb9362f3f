import type { EventStore } from '#event-sourcing';

/** The log in an EventStoreDB. Its driver is loaded here, and only when such a log is named. */
export async function openEventStoreLog(url: string): Promise<EventStore> {
  const { openEventStoreDb } = await import('#engines/eventstoredb');
  return openEventStoreDb(url);
}
