import type { Kysely, Transaction } from 'kysely';
import type { AnnouncementListener } from '../announcements/announcements.ts';
import { type FollowerRow, createFollowerRow } from './follower.ts';
import type { CopiesOptions, PostgresCopies, PostgresCopy } from './copies.ts';
import { type RebuildRequests, createRebuildRequests } from './rebuild-requests.ts';
import { type Postgres, followingOf } from '../open-postgres.ts';

/** Read models that many processes share: their copies, and what these processes have to tell each other about them. */
export interface PostgresReadModels<DB> {
  /** The name of the sole work of following the log for these. */
  readonly following: string;
  /** Resolves when everything is there that a question needs. @throws PostgresEngineError */
  prepare(): Promise<void>;
  check(): Promise<void>;
  current(): Promise<PostgresCopy<DB>>;
  beside(): Promise<PostgresCopy<DB>>;
  complete(copy: Pick<PostgresCopy<DB>, 'name'>): Promise<void>;
  switchTo(copy: Pick<PostgresCopy<DB>, 'name'>): Promise<void>;
  clearAway(building?: string): Promise<void>;
  /** Rows that outlive every copy. */
  readonly operations: Kysely<DB>;
  readonly follower: FollowerRow;
  readonly rebuilds: RebuildRequests;
  announce(within: Transaction<DB>, text: string): Promise<void>;
  listen(listener: AnnouncementListener): () => Promise<void>;
  close(): Promise<void>;
}

export interface PostgresReadModelsOptions<DB> extends CopiesOptions<DB> {
  readonly makeOperationsTables: (db: Kysely<DB>) => Promise<void>;
}

/** Asks the server nothing yet. */
export function openPostgresReadModels<DB>(postgres: Postgres, options: PostgresReadModelsOptions<DB>): PostgresReadModels<DB> {
  const copies: PostgresCopies<DB> = postgres.copies(options);
  const operations = postgres.database<DB>();
  const announcements = postgres.announcements(`read models v${options.version}`);
  let prepared: Promise<void> | undefined;

  async function prepare(): Promise<void> {
    prepared ??= postgres.prepare().then(() => postgres.exclusively('operations', () => options.makeOperationsTables(operations.queries)));
    try {
      await prepared;
    } catch (error) {
      prepared = undefined;
      throw error;
    }
  }

  return {
    following: followingOf(options.version),
    prepare,
    check: () => postgres.check(),
    async current() {
      await prepare();
      return copies.current();
    },
    beside: () => copies.beside(),
    complete: (copy) => copies.complete(copy),
    switchTo: (copy) => copies.switchTo(copy),
    clearAway: (building) => copies.clearAway(building),
    operations: operations.queries,
    follower: createFollowerRow(postgres.shared, options.version),
    rebuilds: createRebuildRequests(postgres.shared, options.version),
    announce: (within, text) => announcements.announce(within, text),
    listen: (listener) => announcements.listen(listener),
    async close() {
      await copies.close();
      await operations.close();
    },
  };
}
