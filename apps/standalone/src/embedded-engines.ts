import type { Clock, Instant } from '#kernel';
import type { ClockStore, Delay, EventSchemas, EventStore } from '#event-sourcing';
import type { MessageBus } from '#messaging';
import type { ReadModels } from '#application';
import { type DataFolder, SqliteEventStore, openSqliteMessageBus } from '#engines/sqlite';
import { followInThread } from './read-models/follow-in-thread.ts';
import { readSmallFile, replaceSmallFile } from './small-file.ts';

export interface FollowOptions {
  readonly schemas: EventSchemas;
  /** Who owns the checkpoint: the same after a restart where nobody else can be running. */
  readonly owner: string;
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

export interface Engines {
  readonly store: EventStore;
  readonly bus: MessageBus;
  /** Opens the read models and lets them follow the log. Once; closed with the engines. */
  followReadModels(options: FollowOptions): Promise<ReadModels>;
  close(): Promise<void>;
}

/** All engines as SQLite files in one folder. */
export async function openEmbeddedEngines(folder: DataFolder, clock: Clock): Promise<Engines> {
  const log = folder.file('events.db');
  const store = await SqliteEventStore.open(log);
  const bus = await openSqliteMessageBus(folder.file('messages.db'), { clock });
  let readModels: Awaited<ReturnType<typeof followInThread>> | undefined;
  return {
    store,
    bus,
    async followReadModels({ schemas, ...options }) {
      readModels = await followInThread({
        ...options,
        folder,
        log,
        onGrown: (listener) => store.onCommitted(listener),
        eventTypes: schemas.types,
      });
      return readModels;
    },
    async close() {
      await bus.close();
      await readModels?.close();
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
