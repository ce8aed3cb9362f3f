import type { Clock } from '#kernel';
import type { EventStore } from '#event-sourcing';
import type { MessageBus } from '#messaging';
import type { ReadModelEngine } from '#application';
import { type DataFolder, SqliteEventStore, openSqliteMessageBus } from '#engines/sqlite';
import { openEmbeddedReadModels } from './embedded-read-models.ts';

export interface Engines {
  readonly store: EventStore;
  readonly bus: MessageBus;
  readonly readModels: ReadModelEngine;
  close(): Promise<void>;
}

/** All engines as SQLite files in one folder. */
export async function openEmbeddedEngines(folder: DataFolder, clock: Clock): Promise<Engines> {
  const store = await SqliteEventStore.open(folder.file('events.db'));
  const bus = await openSqliteMessageBus(folder.file('messages.db'), { clock });
  const readModels = await openEmbeddedReadModels(folder, folder.file('events.db'));
  return {
    store,
    bus,
    readModels,
    async close() {
      await bus.close();
      await readModels.close();
      await store.close();
    },
  };
}
