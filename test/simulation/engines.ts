import type { Clock, Instant } from '#kernel';
import type { ClockStore, EventStore } from '#event-sourcing';
import type { ReadModelEngine } from '#application';
import type { MessageBus } from '#messaging';
import { MemoryEventStore, MemoryMessageBus } from '#engines/memory';
import { DataFolder } from '#engines/sqlite';
import { clockFile } from '../../apps/standalone/src/clock-file.ts';
import { openEmbeddedEngines } from '../../apps/standalone/src/embedded-engines.ts';
import { openEmbeddedReadModels } from '../../apps/standalone/src/embedded-read-models.ts';

export interface OpenEngines {
  readonly store: EventStore;
  readonly bus: MessageBus;
  readonly readModels: ReadModelEngine;
  close(): Promise<void>;
}

/** What outlives a crash: the log, the bus, the files, and where the clock stands. */
export interface Engines {
  readonly clockStore: ClockStore;
  readonly spoolFolder: string;
  readonly simulatorFile: string;
  /** As a start of the process opens them. */
  open(clock: Clock): Promise<OpenEngines>;
  close(): Promise<void>;
}

/** Log, bus and clock in memory, kept over the lives of the service; read models in files that each life opens anew. */
export function memoryEngines(path: string): Engines {
  const folder = DataFolder.open(path);
  const store = new MemoryEventStore();
  const bus = new MemoryMessageBus();
  let stands: Instant | undefined;
  return {
    clockStore: {
      load: () => Promise.resolve(stands),
      save(instant) {
        stands = instant;
        return Promise.resolve();
      },
    },
    spoolFolder: folder.file('imports'),
    simulatorFile: ':memory:',
    async open() {
      const readModels = await openEmbeddedReadModels(folder);
      return { store, bus, readModels, close: () => readModels.close() };
    },
    async close() {
      await bus.close();
      await store.close();
      folder.close();
    },
  };
}

/** Everything in SQLite files, closed and opened again with each life. */
export function fileEngines(path: string): Engines {
  const folder = DataFolder.open(path);
  return {
    clockStore: clockFile(folder),
    spoolFolder: folder.file('imports'),
    simulatorFile: folder.file('partner-center-simulator.db'),
    open: (clock) => openEmbeddedEngines(folder, clock),
    close: () => Promise.resolve(folder.close()),
  };
}
