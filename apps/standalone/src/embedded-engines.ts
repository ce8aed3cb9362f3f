import type { Clock, Instant } from '#kernel';
import type { ClockStore, EventStore } from '#event-sourcing';
import type { MessageBus } from '#messaging';
import type { ReadModelEngine } from '#application';
import { type DataFolder, SqliteEventStore, openSqliteMessageBus } from '#engines/sqlite';
import { openEmbeddedReadModels } from './embedded-read-models.ts';
import { readSmallFile, replaceSmallFile } from './small-file.ts';

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

/** Where a driven clock stands, over restarts. */
export function clockFile(folder: DataFolder): ClockStore {
  const path = folder.file('clock');
  return {
    load: async () => (await readSmallFile(path)) as Instant | undefined,
    save: (instant) => replaceSmallFile(path, instant),
  };
}
