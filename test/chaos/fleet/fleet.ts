import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicPlan } from '#messaging';
import { createKafkaTopics } from '#engines/kafka';
import { type EventStoreDbStandIn, startEventStoreDbStandIn } from '../../engines/eventstoredb-stand-in.ts';
import { freePorts } from '../../engines/free-port.ts';
import { type KafkaBroker, startKafkaBroker } from '../../engines/kafka-broker.ts';
import { type PostgresServer, startPostgresServer } from '../../engines/postgres-server.ts';
import { FrontDoor } from './front-door.ts';
import { RoleProcess } from './role-process.ts';

const STARTS_WITHIN_MS = 60_000;

type Closing = (() => Promise<void> | void)[];

/** Something of the fleet that can be killed as no program can prevent, and come back on the same data. */
export interface Killable {
  readonly name: string;
  kill(): Promise<void>;
  comeBack(): Promise<void>;
}

export interface FleetOptions {
  /** Where the driven clock of all of them begins. */
  readonly start: string;
}

/**
 * The service as several processes on shared engines: two APIs behind one address, two workers, a stand-in for Partner
 * Center, a real Kafka broker, a real PostgreSQL, and a stand-in that speaks EventStoreDB's protocol.
 */
export class Fleet {
  readonly folder: string;
  readonly killable: readonly Killable[];
  readonly url: string;
  readonly simulatorUrl: string;
  /** The way of the first worker to the broker. */
  readonly wayToBroker: FrontDoor;
  readonly eventStoreUrl: string;
  readonly brokers: readonly string[];
  readonly #closing: Closing;

  private constructor(
    parts: Pick<Fleet, 'folder' | 'killable' | 'url' | 'simulatorUrl' | 'wayToBroker' | 'eventStoreUrl' | 'brokers'>,
    closing: Closing,
  ) {
    this.folder = parts.folder;
    this.killable = parts.killable;
    this.url = parts.url;
    this.simulatorUrl = parts.simulatorUrl;
    this.wayToBroker = parts.wayToBroker;
    this.eventStoreUrl = parts.eventStoreUrl;
    this.brokers = parts.brokers;
    this.#closing = closing;
  }

  static async start({ start }: FleetOptions): Promise<Fleet> {
    const folder = mkdtempSync(join(tmpdir(), 'cutover-fleet-'));
    const closing: Closing = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      return await Fleet.#start(folder, start, closing);
    } catch (error) {
      await undo(closing);
      throw error;
    }
  }

  static async #start(folder: string, start: string, closing: Closing): Promise<Fleet> {
    const log = await engine('event store', closing, () => startEventStoreDbStandIn(join(folder, 'eventstoredb')));
    const database = await engine('database', closing, () => startPostgresServer(join(folder, 'postgres')));
    const [cutPort, simulatorPort, smtpPort, ...ports] = await freePorts(7);
    const broker = await engine('broker', closing, () => startKafkaBroker(join(folder, 'kafka'), { secondAdvertised: cutPort! }));
    const wayToBroker = await FrontDoor.before([broker.now().secondPort!], cutPort);
    closing.push(() => wayToBroker.close());
    await createKafkaTopics({ brokers: [broker.now().address] }, topicPlan({ partitions: 6 }));

    const [firstApi, secondApi, firstWorker, secondWorker] = ports as [number, number, number, number];
    const door = await FrontDoor.before([firstApi, secondApi]);
    closing.push(() => door.close());
    const url = `http://127.0.0.1:${door.port}`;
    const simulatorUrl = `http://127.0.0.1:${simulatorPort}`;
    const clock = `driven:${start}`;
    const process_ = (name: string, main: string, port: number, up: string, env: Readonly<Record<string, string>>): RoleProcess => {
      mkdirSync(join(folder, name), { recursive: true });
      const role = new RoleProcess({
        name,
        main,
        env: { CLOCK: clock, PORT: String(port), DATA_DIR: join(folder, name), LOG_LEVEL: 'warn', ...env },
        upAt: `http://127.0.0.1:${port}${up}`,
        logFile: join(folder, `${name}.log`),
        startsWithinMs: STARTS_WITHIN_MS,
      });
      closing.push(() => role.stop());
      return role;
    };
    const simulator = process_('simulator', 'dist/apps/partner-center-simulator/src/main.js', simulatorPort!, '/control/clock', {
      SIMULATOR_PORT: String(simulatorPort),
      SIMULATOR_SMTP_PORT: String(smtpPort),
      SIMULATOR_DATA: join(folder, 'simulator', 'simulator.db'),
      PRODUCT_URL: url,
    });
    simulator.start();
    await simulator.up();

    const shared = {
      EVENT_STORE_URL: log.now().address,
      DATABASE_URL: database.now().address,
      SIMULATOR_URL: simulatorUrl,
      PUBLIC_URL: url,
    };
    const direct = { ...shared, KAFKA_BROKERS: broker.now().address };
    const throughDoor = { ...shared, KAFKA_BROKERS: `127.0.0.1:${cutPort}` };
    const api = 'dist/apps/api/src/main.js';
    const worker = 'dist/apps/worker/src/main.js';
    const roles = [
      process_('api-1', api, firstApi, '/health/ready', direct),
      process_('api-2', api, secondApi, '/health/ready', direct),
      process_('worker-1', worker, firstWorker, '/health/ready', throughDoor),
      process_('worker-2', worker, secondWorker, '/health/ready', direct),
    ];
    for (const role of roles) role.start();
    await Promise.all(roles.map((role) => role.up()));
    return new Fleet(
      {
        folder,
        url,
        simulatorUrl,
        wayToBroker,
        eventStoreUrl: log.now().address,
        brokers: [broker.now().address],
        killable: [
          ...roles.map((role) => ({
            name: role.name,
            kill: () => role.kill(),
            async comeBack() {
              role.start();
              await role.up();
            },
          })),
          log.killable,
          database.killable,
          broker.killable,
        ],
      },
      closing,
    );
  }

  async close(): Promise<void> {
    await undo(this.#closing);
  }
}

async function engine<Engine extends EventStoreDbStandIn | PostgresServer | KafkaBroker>(
  name: string,
  closing: Closing,
  start: () => Promise<Engine>,
): Promise<{ readonly now: () => Engine; readonly killable: Killable }> {
  let running = await start();
  closing.push(async () => {
    await running.kill();
    // Where root's folders are closed to the server's own user its data lies outside of the fleet's folder.
    if ('dataFolder' in running) rmSync(running.dataFolder, { recursive: true, force: true });
  });
  return {
    now: () => running,
    killable: {
      name,
      kill: () => running.kill(),
      async comeBack() {
        running = await start();
      },
    },
  };
}

async function undo(closing: Closing): Promise<void> {
  for (let step = closing.pop(); step; step = closing.pop()) await Promise.resolve(step()).catch(() => undefined);
}
