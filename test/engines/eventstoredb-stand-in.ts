import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { EngineFault } from './engine-fault.ts';
import { endProcess, startEngineProcess } from './engine-process.ts';
import { requirePort } from './engines-folder.ts';
import { freePorts } from './free-port.ts';

const MAIN = resolve('dist/test/eventstoredb-server/main.js');
const STARTS_WITHIN_MS = 20_000;

/** A stand-in that speaks EventStoreDB's protocol: the real server is no package that this machine could install. */
export interface EventStoreDbStandIn {
  readonly name: 'eventstoredb';
  readonly pid: number;
  readonly folder: string;
  /** For `EVENT_STORE_URL`. */
  readonly address: string;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export function hasEventStoreDbStandIn(): boolean {
  return existsSync(MAIN);
}

/** Starts it on the folder's data and port; a new folder is given a free one, or the port that is asked for. */
export async function startEventStoreDbStandIn(folder: string, port?: number): Promise<EventStoreDbStandIn> {
  if (!hasEventStoreDbStandIn()) throw new EngineFault(`${MAIN} is not built: run \`npm run build\``);
  const chosen = join(folder, 'port');
  mkdirSync(folder, { recursive: true });
  if (!existsSync(chosen)) writeFileSync(chosen, String(port ?? (await freePorts(1))[0]));
  const at = Number(readFileSync(chosen, 'utf8'));
  requirePort(folder, at, port);
  const engine = startEngineProcess({
    name: 'the EventStoreDB stand-in',
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', MAIN, '--port', String(at), '--data-dir', join(folder, 'data')],
    logFile: join(folder, 'eventstoredb.log'),
  });
  try {
    await engine.untilAnswering(() => listening(at), STARTS_WITHIN_MS);
  } catch (error) {
    await endProcess(engine.pid, 'SIGKILL');
    throw error;
  }
  return {
    name: 'eventstoredb',
    pid: engine.pid,
    folder,
    address: `esdb://127.0.0.1:${at}?tls=false`,
    stop: () => endProcess(engine.pid, 'SIGTERM'),
    kill: () => endProcess(engine.pid, 'SIGKILL'),
  };
}

function listening(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
