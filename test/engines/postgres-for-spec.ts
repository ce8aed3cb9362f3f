import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { hasPostgresPrograms } from './postgres-binaries.ts';
import { type PostgresServer, startPostgresServer } from './postgres-server.ts';

export interface PostgresForSpec {
  /** Of a database of its own. */
  readonly url: string;
  /** Where the server is ours alone, and may be ended and started again. */
  readonly server: { restart(signal: NodeJS.Signals): Promise<void> } | undefined;
  close(): Promise<void>;
}

/** A server that was named, or one from the packages. */
export const postgresIsHere = process.env.DATABASE_URL !== undefined || hasPostgresPrograms();

/** A database on the server that `DATABASE_URL` names, else on one that is started for it: `own` for a spec that ends it. */
export async function postgresForSpec({ own = false } = {}): Promise<PostgresForSpec> {
  const named = process.env.DATABASE_URL;
  return named === undefined || own ? onOwnServer() : onNamedServer(named);
}

async function onNamedServer(server: string): Promise<PostgresForSpec> {
  const name = `cutover_spec_${process.pid}_${process.hrtime.bigint()}`;
  await asked(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, server: undefined, close: () => asked(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function onOwnServer(): Promise<PostgresForSpec> {
  const home = await mkdtemp(join(tmpdir(), 'cutover-postgres-'));
  const folder = join(home, 'server');
  let running: PostgresServer = await startPostgresServer(folder, { throwaway: true });
  return {
    url: running.address,
    server: {
      async restart(signal) {
        await (signal === 'SIGKILL' ? running.kill() : running.stop());
        running = await startPostgresServer(folder, { throwaway: true });
      },
    },
    async close() {
      await running.stop();
      await rm(home, { recursive: true, force: true });
      await rm(running.dataFolder, { recursive: true, force: true });
    },
  };
}

async function asked(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
