import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { topicPlan } from '#messaging';
import { createKafkaTopics } from '#engines/kafka';
import { startEventStoreDbStandIn } from '../engines/eventstoredb-stand-in.ts';
import { startKafkaBroker } from '../engines/kafka-broker.ts';
import { startPostgresServer } from '../engines/postgres-server.ts';
import { withFolder } from './folder.ts';
import { processorSeconds } from './process-time.ts';

/** A server that a figure needs. `peer-log` is a log of the bare clients' own: what they write must not be read by the product. */
export type EngineName = 'log' | 'peer-log' | 'broker' | 'database';

export interface BenchEngines {
  /** Where the product keeps what little it has outside of its engines. */
  readonly folder: string;
  /** The settings by which the product finds them. */
  readonly environment: Readonly<Record<string, string>>;
  /** @throws when the figure has not asked for it */
  address(name: EngineName): string;
  /** Seconds of processor that it has used so far. */
  processorSeconds(name: EngineName): number;
}

interface RunningEngine {
  readonly pid: number;
  readonly address: string;
  kill(): Promise<void>;
}

const SETTINGS = { log: 'EVENT_STORE_URL', broker: 'KAFKA_BROKERS', database: 'DATABASE_URL' } as const;

/** Servers outlive whoever starts them, but not whoever breaks a figure off. */
const ENDING = ['SIGINT', 'SIGTERM'] as const;

async function broker(folder: string): Promise<RunningEngine> {
  const running = await startKafkaBroker(folder);
  await createKafkaTopics({ brokers: [running.address] }, topicPlan());
  return running;
}

async function database(folder: string): Promise<RunningEngine> {
  const running = await startPostgresServer(folder);
  return {
    ...running,
    async kill() {
      await running.kill();
      await rm(running.dataFolder, { recursive: true, force: true });
    },
  };
}

function start(name: EngineName, folder: string): Promise<RunningEngine> {
  switch (name) {
    case 'log':
    case 'peer-log':
      return startEventStoreDbStandIn(folder);
    case 'broker':
      return broker(folder);
    case 'database':
      return database(folder);
  }
}

/**
 * Servers of the figure's own, on free ports and in a temporary folder, gone when the work is done: a real Kafka broker,
 * a real PostgreSQL, and a stand-in that speaks EventStoreDB's protocol. @throws EngineFault where one cannot be had here
 */
export function withEngines<T>(names: readonly EngineName[], work: (engines: BenchEngines) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const running = new Map<EngineName, RunningEngine>();
    const endWithUs = (signal: NodeJS.Signals): void => {
      for (const { pid } of running.values()) process.kill(pid, 'SIGKILL');
      process.kill(process.pid, signal);
    };
    for (const signal of ENDING) process.once(signal, endWithUs);
    try {
      for (const name of names) running.set(name, await start(name, join(folder, name)));
      const engineOf = (name: EngineName): RunningEngine => {
        const engine = running.get(name);
        if (!engine) throw new Error(`the figure has not asked for a ${name}`);
        return engine;
      };
      const environment = Object.fromEntries(
        Object.entries(SETTINGS).flatMap(([name, setting]) => {
          const engine = running.get(name as EngineName);
          return engine ? [[setting, engine.address]] : [];
        }),
      );
      return await work({
        folder: join(folder, 'product'),
        environment,
        address: (name) => engineOf(name).address,
        processorSeconds: (name) => processorSeconds(engineOf(name).pid),
      });
    } finally {
      for (const signal of ENDING) process.off(signal, endWithUs);
      for (const engine of running.values()) await engine.kill();
    }
  });
}
