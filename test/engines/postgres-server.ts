import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { EngineFault } from './engine-fault.ts';
import { endProcess, startEngineProcess } from './engine-process.ts';
import { requirePort } from './engines-folder.ts';
import { freePorts } from './free-port.ts';
import { type PostgresPlace, postgresPlace } from './postgres-binaries.ts';

const run = promisify(execFile);
const STARTS_WITHIN_MS = 30_000;
const USER = 'cutover';
const DATABASE = 'cutover';
const SORTED = ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C'];
/** Its memory, until its last process has noticed; its number, until its parent has fetched it. */
const LEFT_BY_A_KILLED_ONE = /shared memory block|lock file "postmaster\.pid" already exists/;
/** Left to the processes that a killed server leaves behind, until they have noticed. */
const ATTEMPTS = 20;

/** A real PostgreSQL, on loopback, its data in one folder. */
export interface PostgresServer {
  readonly name: 'postgres';
  readonly pid: number;
  readonly folder: string;
  /** Where the data is: outside of the folder where root's own folders are closed to everybody else. */
  readonly dataFolder: string;
  /** For `DATABASE_URL`. */
  readonly address: string;
  /** SIGINT: ends the connections and closes in order. */
  stop(): Promise<void>;
  /** SIGKILL: the next start recovers from the write-ahead log. */
  kill(): Promise<void>;
}

export interface PostgresServerOptions {
  readonly port?: number;
  /** Does not wait for the disk: a spec's data need not survive a power cut. */
  readonly throwaway?: boolean;
}

/** Starts a server on the folder's data and port; a new folder is given a free one, or the port that is asked for. */
export async function startPostgresServer(
  folder: string,
  { port, throwaway = false }: PostgresServerOptions = {},
): Promise<PostgresServer> {
  const place = postgresPlace(folder);
  const chosen = join(folder, 'port');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(chosen)) {
    await createCluster(place);
    writeFileSync(chosen, String(port ?? (await freePorts(1))[0]));
  }
  const at = Number(readFileSync(chosen, 'utf8'));
  requirePort(folder, at, port);
  const pid = await startAgain(place, { folder, port: at, throwaway });
  await createDatabase(at);
  return {
    name: 'postgres',
    pid,
    folder,
    dataFolder: place.dataFolder,
    address: `postgres://${USER}@127.0.0.1:${at}/${DATABASE}`,
    stop: () => endProcess(pid, 'SIGINT'),
    kill: () => endProcess(pid, 'SIGKILL'),
  };
}

/** With the sort order of a language, as most servers have it, so that whoever relies on the order of bytes has to say so. */
async function createCluster({ initdb, dataFolder, user }: PostgresPlace): Promise<void> {
  mkdirSync(dataFolder, { recursive: true });
  chmodSync(dataFolder, 0o700);
  if (user) {
    chownSync(dataFolder, user.uid, user.gid);
    // Made on the way, by whatever the mask of this process leaves: the server's user has to come through.
    chmodSync(dirname(dataFolder), 0o711);
  }
  const options = [`--pgdata=${dataFolder}`, `--username=${USER}`, '--auth=trust', '--encoding=UTF8', ...SORTED, '--no-instructions'];
  await run(initdb, options, { ...user, cwd: '/' }).catch((error: unknown) => {
    const { stderr = String(error) } = error as { readonly stderr?: string };
    throw new EngineFault(`PostgreSQL cannot make its data folder ${dataFolder}:\n${stderr}`, error);
  });
}

/** What a killed server was served by holds its memory a moment longer than itself: then the start is refused, and tried again. */
async function startAgain(
  { postgres, dataFolder, user }: PostgresPlace,
  { folder, port, throwaway }: { readonly folder: string; readonly port: number; readonly throwaway: boolean },
): Promise<number> {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...(throwaway ? ['fsync=off', 'full_page_writes=off'] : [])];
  for (let attempt = 1; ; attempt += 1) {
    const engine = startEngineProcess({
      name: 'PostgreSQL',
      command: postgres,
      // No socket file: two servers on one machine must not meet in its folder.
      args: ['-D', dataFolder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      logFile: join(folder, 'postgres.log'),
      ...(user && { user }),
    });
    try {
      await engine.untilAnswering(() => asking(port, 'postgres', 'select 1'), STARTS_WITHIN_MS);
      return engine.pid;
    } catch (error) {
      await endProcess(engine.pid, 'SIGKILL');
      const stillHeld = error instanceof EngineFault && LEFT_BY_A_KILLED_ONE.test(error.message);
      if (!stillHeld || attempt === ATTEMPTS) throw error;
    }
  }
}

async function createDatabase(port: number): Promise<void> {
  await asking(port, 'postgres', `create database ${DATABASE}`).catch((error: unknown) => {
    if ((error as { readonly code?: string }).code !== '42P04') throw error;
  });
}

async function asking(port: number, database: string, sql: string): Promise<void> {
  const client = new Client({ host: '127.0.0.1', port, user: USER, database, connectionTimeoutMillis: 2_000 });
  // A server that is killed while it is asked must not end whoever asks.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}
