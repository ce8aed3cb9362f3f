import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { createKafkaTopics } from '#engines/kafka';
import { topicPlan } from '#messaging';
import { startEventStoreDbStandIn } from './eventstoredb-stand-in.ts';
import { hasKafkaJars } from './kafka-jars.ts';
import { type KafkaBroker, startKafkaBroker } from './kafka-broker.ts';
import { startPostgresServer } from './postgres-server.ts';

interface Killable {
  readonly address: string;
  kill(): Promise<void>;
}

/** An engine in a folder of its own: found on the same data and port again whenever it is started. */
export class OwnEngine<Engine extends Killable> {
  readonly #begin: () => Promise<Engine>;
  #running: Engine | undefined;

  constructor(begin: () => Promise<Engine>) {
    this.#begin = begin;
  }

  async start(): Promise<Engine> {
    return (this.#running = await this.#begin());
  }

  get now(): Engine {
    if (!this.#running) throw new Error('the engine was not started');
    return this.#running;
  }

  /** As a power cut would end it. */
  async kill(): Promise<void> {
    await this.#running?.kill();
  }
}

/** Cases that start engines of their own; skipped where they cannot be started. */
export function describeWithOwnEngines(what: string, cases: () => void): void {
  if (canStartOwnEngines) describe(what, cases);
  else describe.skip(`${what} (${WHY_NO_OWN_ENGINES})`, cases);
}

/** Without them, or where their absence is to be a failure, a broker is not tried. */
export const canStartOwnEngines = hasKafkaJars() || process.env.CI === 'true';

/** What a test says instead, where they cannot be started. */
export const WHY_NO_OWN_ENGINES = 'no broker to start: run `npm run engines:up` once';

/** A real Kafka broker, a real PostgreSQL and a stand-in that speaks EventStoreDB's protocol, nobody else's. */
export class OwnEngines {
  readonly folder = mkdtempSync(join(tmpdir(), 'cutover-engines-'));
  readonly eventStore = new OwnEngine(() => startEventStoreDbStandIn(join(this.folder, 'eventstoredb')));
  readonly database = new OwnEngine(() => startPostgresServer(join(this.folder, 'postgres')));
  readonly broker = new OwnEngine<KafkaBroker>(() => startKafkaBroker(join(this.folder, 'kafka')));

  /** All of them, with the topics of the contract. */
  async start(): Promise<void> {
    await Promise.all([this.eventStore.start(), this.database.start(), this.broker.start()]);
    await this.createTopics();
  }

  async createTopics(): Promise<void> {
    await createKafkaTopics({ brokers: [this.broker.now.address] }, topicPlan({ partitions: 3 }));
  }

  /** What the product has to be told. */
  get settings(): Readonly<Record<'EVENT_STORE_URL' | 'KAFKA_BROKERS' | 'DATABASE_URL', string>> {
    return {
      EVENT_STORE_URL: this.eventStore.now.address,
      KAFKA_BROKERS: this.broker.now.address,
      DATABASE_URL: this.database.now.address,
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.eventStore.kill(), this.database.kill(), this.broker.kill()]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
