import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { type ConnectionSettings, clientConfig, nameOfServer } from './connection-settings.ts';
import { explainedFailure } from './explained-failure.ts';
import { kyselyPool } from './kysely-pool.ts';

/** Queries over a pool of connections, which are opened when they are needed and closed when nobody needs them any more. */
export interface PostgresDatabase<DB> {
  readonly queries: Kysely<DB>;
  /** Waits for what is being asked. */
  close(): Promise<void>;
}

export interface PoolSettings extends ConnectionSettings {
  readonly maxConnections: number;
}

const IDLE_MS = 30_000;

/** Opens nothing yet: a server that is away is told to whoever asks it something. */
export function openPool<DB>(settings: PoolSettings, onError: (error: unknown) => void): PostgresDatabase<DB> {
  const server = nameOfServer(settings.url);
  let closing: Promise<void> | undefined;
  const pool = new Pool({ ...clientConfig(settings), max: settings.maxConnections, idleTimeoutMillis: IDLE_MS, allowExitOnIdle: true });
  // A connection that nobody is using has ended: the next who needs one gets a new one.
  pool.on('error', (error) => {
    if (!closing) onError(explainedFailure(error, server));
  });
  // One that is in use tells whoever uses it; without a listener the process would end.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const queries = new Kysely<DB>({ dialect: new PostgresDialect({ pool: kyselyPool(pool, server) }) });
  return {
    queries,
    // The pool itself is ended: Kysely ends it only if it was asked something.
    close: () => (closing ??= pool.end()),
  };
}
