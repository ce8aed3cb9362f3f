import { Kysely } from 'kysely';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { explained } from '../open-database.ts';
import { nodeSqliteDialect } from './kysely-dialect.ts';

const BUSY_TIMEOUT_MS = 5_000;

/** A database of read models: one connection, reached through queries or, on hot paths, directly. */
export interface ReadModelDatabase<DB> {
  readonly queries: Kysely<DB>;
  /** The same connection. A transaction here must begin and end without an `await`, or queries would fall into it. */
  readonly database: DatabaseSync;
  close(): Promise<void>;
}

/**
 * Opens a file of read models: WAL, and `synchronous=NORMAL`, because a power cut can only take the newest commits,
 * rows and checkpoint together, and the log has them still.
 * @throws SqliteEngineError `database-cannot-be-opened`, `not-a-database`
 */
export function openReadModelDatabase<DB>(path: string): ReadModelDatabase<DB> {
  const database = explained(path, 'a database of read models', () => {
    mkdirSync(dirname(path), { recursive: true });
    const opened = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
    opened.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536');
    return opened;
  });
  const queries = new Kysely<DB>({ dialect: nodeSqliteDialect(database) });
  return {
    queries,
    database,
    async close() {
      await queries.destroy();
      if (database.isOpen) database.close();
    },
  };
}
