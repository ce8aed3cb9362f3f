import { type Kysely, sql } from 'kysely';
import { type Delay, KeyedQueue, type SoleWork } from '#event-sourcing';
import { type Announcements, createAnnouncements } from './announcements/announcements.ts';
import { type PostgresBlobs, createBlobs } from './blobs/postgres-blobs.ts';
import { type ClockRow, createClockRow } from './clock/clock-row.ts';
import type { ConnectionSettings } from './connections/connection-settings.ts';
import { type PostgresDatabase, openPool } from './connections/postgres-database.ts';
import { type CopiesOptions, PostgresCopies } from './read-models/copies.ts';
import { exclusively, migrateSchema } from './schema/migrate-schema.ts';
import { offerTrigrams } from './schema/offer-trigrams.ts';
import { type SharedTables, sharedTables } from './schema/shared-tables.ts';
import { PostgresSoleWork } from './sole-work/postgres-sole-work.ts';

export interface PostgresOptions {
  readonly url: string;
  /** Seen in the server's `pg_stat_activity`. */
  readonly applicationName: string;
  /** Our own schema; what else we make begins with its name. Default `cutover`. */
  readonly schema?: string;
  /** Real milliseconds. */
  readonly delay: Delay;
  /** In [0, 1). */
  readonly random: () => number;
  /** A connection was lost, or could not be made in the background: it is made again by itself. */
  readonly onError: (error: unknown) => void;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

export interface Postgres {
  readonly shared: Kysely<SharedTables>;
  readonly soleWork: SoleWork;
  readonly blobs: PostgresBlobs;
  /** Where a driven clock of all processes stands. */
  readonly clock: ClockRow;
  announcements(topic: string): Announcements;
  copies<DB>(options: CopiesOptions<DB>): PostgresCopies<DB>;
  /** Queries over our own schema. */
  database<DB>(): PostgresDatabase<DB>;
  /** Resolves when our schema is there and up to date. @throws PostgresEngineError */
  prepare(): Promise<void>;
  exclusively<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Resolves when the server answers soon. @throws PostgresEngineError */
  check(): Promise<void>;
  close(): Promise<void>;
}

const EXCLUSIVE = 'exclusive';
const SCHEMA_NAME = /^[a-z_][a-z0-9_]{0,30}$/;
const CHECK_DEADLINE_MS = 2_000;
/** Each process may open so many, if it ever needs them at once; with two more for locks and announcements. */
const MOST_CONNECTIONS = { shared: 3, write: 4, read: 6, make: 1 } as const;

/** Opens nothing yet: whatever is asked of it says by itself when the server is away, and works when it is back. */
export function openPostgres(options: PostgresOptions): Postgres {
  const {
    url,
    applicationName,
    schema = 'cutover',
    delay,
    random,
    onError,
    connectTimeoutMs = 5_000,
    statementTimeoutMs = 30_000,
  } = options;
  if (!SCHEMA_NAME.test(schema)) throw new RangeError(`"${schema}" is no name for a schema: take small letters, digits and _`);
  const connection = (searchPath: readonly string[], timeoutMs = statementTimeoutMs): ConnectionSettings => ({
    url,
    applicationName,
    connectTimeoutMs,
    statementTimeoutMs: timeoutMs,
    searchPath,
  });
  const pool = <DB>(searchPath: readonly string[], purpose: keyof typeof MOST_CONNECTIONS): PostgresDatabase<DB> =>
    openPool<DB>(
      { ...connection(searchPath, purpose === 'make' ? 0 : statementTimeoutMs), maxConnections: MOST_CONNECTIONS[purpose] },
      onError,
    );
  const shared = pool<SharedTables>([schema], 'shared');
  const checking = openPool(
    { ...connection([schema], CHECK_DEADLINE_MS), connectTimeoutMs: CHECK_DEADLINE_MS, maxConnections: 1 },
    onError,
  );
  // What holds locks is asked short questions only: one that is not answered soon is a session that is gone.
  const soleWork = new PostgresSoleWork({ connection: connection([schema], 5_000), namespace: schema, delay, onError });
  const turns = new KeyedQueue();
  let prepared: Promise<void> | undefined;

  /** One at a time within this process too: whoever waits for the others keeps a connection. */
  const inTurn = <Result>(name: string, work: () => Promise<Result>): Promise<Result> =>
    turns.run(EXCLUSIVE, () => exclusively(shared.queries, schema, name, work));

  async function prepare(): Promise<void> {
    prepared ??= makeSchema(shared.queries, schema);
    try {
      await prepared;
    } catch (error) {
      prepared = undefined;
      throw error;
    }
  }

  const announcements = (topic: string): Announcements =>
    createAnnouncements({ connection: connection([schema], 5_000), channel: `${schema} ${topic}`, delay, random, onError });

  return {
    shared: shared.queries,
    soleWork,
    blobs: createBlobs(shared.queries, prepare),
    clock: createClockRow({ shared: shared.queries, prepare, announcements: announcements('clock'), onError }),
    announcements,
    copies: <DB>(copies: CopiesOptions<DB>) =>
      new PostgresCopies<DB>({
        ...copies,
        schema,
        shared: shared.queries,
        open: (searchPath, purpose) => pool<DB>(searchPath, purpose),
        exclusively: inTurn,
        async isAbandoned(version) {
          const held = await soleWork.take(followingOf(version));
          await held?.release();
          return held !== undefined;
        },
      }),
    database: <DB>() => pool<DB>([schema], 'shared'),
    prepare,
    exclusively: inTurn,
    async check() {
      await sql`SELECT 1`.execute(checking.queries);
    },
    async close() {
      await soleWork.close();
      await checking.close();
      await shared.close();
    },
  };
}

/** The name of the sole work of following the log for the copies of a version. */
export function followingOf(version: number): string {
  return `read-models v${version}`;
}

async function makeSchema(shared: Kysely<SharedTables>, schema: string): Promise<void> {
  await migrateSchema(shared, { schema, steps: sharedTables(schema) });
  await offerTrigrams(shared, schema);
}
