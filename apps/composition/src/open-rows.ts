import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { type EventStore, type SoleWork, soleWorkOfOneProcess } from '#event-sourcing';
import type { DataFolder } from '#engines/sqlite';
import {
  type Configuration,
  type ImportSpool,
  type ReadModels,
  createImportSpool,
  followInProcess,
  realDelay,
  serviceEventSchemas,
  shareReadModels,
} from '#application';
import { type ReadModelTables, TABLES_VERSION, createOperationsTables, createReadModelIndexes, createReadModelTables } from '#read-models';
import type { ClockOfAll, FollowOptions } from './engines.ts';
import type { OpenedLog } from './open-log.ts';
import { followInThread } from './read-models/follow-in-thread.ts';
import { openInProcessReadModels } from './read-models/in-process-engine.ts';
import { Undo } from './undo.ts';

/** The part of the engines that rows are in, and what processes agree on through them. */
export interface Rows {
  readonly soleWork: SoleWork;
  readonly importSpool: ImportSpool;
  readonly owner: string;
  readonly clockOfAll: ClockOfAll | null;
  openReadModels(log: OpenedLog, options: FollowOptions): Promise<ReadModels>;
  close(): Promise<void>;
}

export interface RowsOf {
  readonly folder: DataFolder;
  /** What the process is called among others. */
  readonly name: string;
  readonly log: Logger;
}

/** The same after a restart: nobody else has this data folder. */
const OWNER = 'standalone';

/** Rows where the configuration says: in files of this process, or in a PostgreSQL that others may share. */
export function openRows(configuration: Configuration, of: RowsOf): Promise<Rows> {
  const { databaseUrl } = configuration;
  return databaseUrl === null ? Promise.resolve(embeddedRows(of)) : sharedRows(databaseUrl, of);
}

function embeddedRows({ folder }: RowsOf): Rows {
  const undo = new Undo();
  const schemas = serviceEventSchemas();

  /** In a thread beside a log in a file; a log on a server is followed in this thread. */
  async function openReadModels(opened: OpenedLog, { clock, onError }: FollowOptions): Promise<ReadModels> {
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

  return {
    soleWork: soleWorkOfOneProcess(),
    importSpool: createImportSpool(folder.file('imports')),
    owner: OWNER,
    clockOfAll: null,
    openReadModels,
    close: () => undo.all(),
  };
}

async function sharedRows(url: string, { name, log }: RowsOf): Promise<Rows> {
  const { openPostgres, openPostgresReadModels } = await import('#engines/postgres');
  const undo = new Undo();
  const told = (error: unknown): void =>
    log.warn({ error: error instanceof Error ? error.message : String(error) }, 'the database is asked again');
  const postgres = openPostgres({ url, applicationName: `cutover ${name}`, delay: realDelay, random: Math.random, onError: told });
  undo.later(() => postgres.close());
  // Another one for each life: what an earlier one had in hand is handed over, to whoever is there first.
  const owner = `${name} ${randomUUID()}`;

  async function openReadModels(
    { store }: { readonly store: EventStore },
    { clock, follows, onError }: FollowOptions,
  ): Promise<ReadModels> {
    const engine = openPostgresReadModels<ReadModelTables>(postgres, {
      version: TABLES_VERSION,
      makeTables: createReadModelTables,
      makeIndexes: createReadModelIndexes,
      makeOperationsTables: createOperationsTables,
    });
    undo.later(() => engine.close());
    const { soleWork } = postgres;
    const schemas = serviceEventSchemas();
    return shareReadModels({ engine, soleWork, store, schemas, clock, delay: realDelay, random: Math.random, owner, follows, onError });
  }

  return {
    soleWork: postgres.soleWork,
    importSpool: postgres.blobs,
    owner,
    clockOfAll: postgres.clock,
    openReadModels,
    close: () => undo.all(),
  };
}
