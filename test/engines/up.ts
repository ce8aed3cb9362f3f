import { join } from 'node:path';
import { EngineFault } from './engine-fault.ts';
import { ENGINES_FOLDER } from './engines-folder.ts';
import { hasEventStoreDbStandIn, startEventStoreDbStandIn } from './eventstoredb-stand-in.ts';
import { startKafkaBroker } from './kafka-broker.ts';
import { startPostgresServer } from './postgres-server.ts';
import { ENGINE_NAMES, type EngineName, type RunningEngine, envLines, keepRunning, runningEngines } from './running-engines.ts';

const USAGE = `usage: npm run engines:up [-- <engine>[:<port>] …], where an engine is one of ${ENGINE_NAMES.join(', ')}; without any, all of them`;

interface Wanted {
  readonly name: EngineName;
  readonly port: number | undefined;
}

function wantedOf(args: readonly string[]): readonly Wanted[] {
  if (args.length === 0) {
    const there = ENGINE_NAMES.filter((name) => name !== 'eventstoredb' || hasEventStoreDbStandIn());
    return there.map((name) => ({ name, port: undefined }));
  }
  return args.map((arg) => {
    const [given, port] = arg.split(':', 2);
    const name = ENGINE_NAMES.find((known) => known === given);
    if (name === undefined || (port !== undefined && !/^\d{1,5}$/.test(port))) throw new EngineFault(USAGE);
    return { name, port: port === undefined ? undefined : Number(port) };
  });
}

async function start({ name, port }: Wanted): Promise<RunningEngine> {
  const folder = join(ENGINES_FOLDER, name);
  switch (name) {
    case 'kafka': {
      const { pid, address } = await startKafkaBroker(folder, port === undefined ? {} : { port });
      return { name, pid, address, dataFolder: folder };
    }
    case 'postgres': {
      const { pid, address, dataFolder } = await startPostgresServer(folder, port === undefined ? {} : { port });
      return { name, pid, address, dataFolder };
    }
    case 'eventstoredb': {
      const { pid, address } = await startEventStoreDbStandIn(folder, port);
      return { name, pid, address, dataFolder: folder };
    }
  }
}

/** Starts what is not up yet, one after the other; each that is up is kept at once, so that a later fault leaves none behind unknown. */
async function up(args: readonly string[]): Promise<void> {
  for (const wanted of wantedOf(args)) {
    const running = runningEngines();
    if (running.some(({ name }) => name === wanted.name)) {
      process.stderr.write(`${wanted.name} is up already\n`);
      continue;
    }
    const began = Date.now();
    keepRunning([...running, await start(wanted)]);
    process.stderr.write(`${wanted.name} is up after ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  }
  process.stdout.write(envLines(runningEngines()));
}

try {
  await up(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof EngineFault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
