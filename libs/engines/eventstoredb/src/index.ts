import type { EventStore } from '#event-sourcing';
import { EventStoreDb } from './event-store-db.ts';
import type { EventStoreDbOptions } from './event-store-db.ts';
import { serverAddress } from './server-address.ts';

export { EventStoreDbError } from './event-store-db-error.ts';
export type { EventStoreDbOptions } from './event-store-db.ts';

/**
 * The log behind a connection string (`esdb://…`). Connects with the first call: a server that does not answer yet is
 * told by that call, and `check` says when it does.
 *
 * @throws EventStoreDbError `event-store-url-invalid`
 */
export async function openEventStoreDb(url: string, options?: EventStoreDbOptions): Promise<EventStore> {
  return new EventStoreDb(serverAddress(url), options);
}
