import type { EventStore } from '#event-sourcing';

/** The log in an EventStoreDB. Its driver is loaded here, and only when such a log is named. */
export async function openEventStoreLog(_url: string): Promise<EventStore> {
  throw new Error('engine-not-available: this release has the embedded engines only. Name data folders.');
}
