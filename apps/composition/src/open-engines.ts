import { soleWorkOfOneProcess } from '#event-sourcing';
import type { DataFolder } from '#engines/sqlite';
import type { Clock } from '#kernel';
import type { Logger } from 'pino';
import { type Configuration, type ReadModels, createImportSpool, followInProcess, realDelay, serviceEventSchemas } from '#application';
import type { Engines, FollowOptions } from './engines.ts';
import { openBus } from './open-bus.ts';
import { type OpenedLog, openLog } from './open-log.ts';
import { followInThread } from './read-models/follow-in-thread.ts';
import { openInProcessReadModels } from './read-models/in-process-engine.ts';
import { StartFault } from './start-fault.ts';
import { Undo } from './undo.ts';

export interface EnginesOf {
  readonly folder: DataFolder;
  readonly clock: Clock;
  /** No other process shares these engines. */
  readonly alone: boolean;
  readonly log: Logger;
}

/** The same after a restart: nobody else has this data folder. */
const OWNER = 'standalone';

/** The engines that the configuration names, each embedded or a server; drivers of others are not loaded. */
export async function openEngines(configuration: Configuration, { folder, clock, log }: EnginesOf): Promise<Engines> {
  if (configuration.databaseUrl !== null)
    throw new StartFault('engine-not-available: this release has no read models on PostgreSQL. Unset DATABASE_URL.');
  const undo = new Undo();
  try {
    const opened = await openLog(configuration, folder);
    undo.later(() => opened.store.close());
    const bus = await openBus(configuration, folder, clock, log);
    undo.later(() => bus.close());
    return {
      store: opened.store,
      bus,
      soleWork: soleWorkOfOneProcess(),
      importSpool: createImportSpool(folder.file('imports')),
      publishes: configuration.kafkaBrokers !== null,
      owner: OWNER,
      clockOfAll: null,
      openReadModels: (options) => openEmbeddedReadModels(opened, folder, options, undo),
      close: () => undo.all(),
    };
  } catch (error) {
    await undo.all();
    throw error;
  }
}

/** In a thread beside a log in a file; a log on a server is followed in this thread. */
async function openEmbeddedReadModels(
  opened: OpenedLog,
  folder: DataFolder,
  { clock, onError }: FollowOptions,
  undo: Undo,
): Promise<ReadModels> {
  const schemas = serviceEventSchemas();
  const following = { owner: OWNER, delay: realDelay, random: Math.random, onError };
  if (opened.file !== null) {
    const { store, file } = opened;
    const onGrown = (listener: () => void): (() => void) => store.onCommitted(listener);
    const readModels = await followInThread({ ...following, folder, log: file, onGrown, eventTypes: schemas.types });
    undo.later(() => readModels.close());
    return readModels;
  }
  const engine = await openInProcessReadModels(folder);
  undo.later(() => engine.close());
  return followInProcess({ ...following, engine, store: opened.store, schemas, clock });
}
