import { setTimeout as sleep } from 'node:timers/promises';
import { DataFolder } from '#engines/sqlite';
import { pino } from 'pino';
import { type ReadModels, type RunnableService, createService, readConfiguration, silentAlarm } from '#application';
import type { EventStore } from '#event-sourcing';
import { type Clock, type Instant, plusMs } from '#kernel';
import type { MessageBus } from '#messaging';
import { DEFAULT_POLICY, type MigrationCommand, migrationStreamOf } from '#migration';
import type { Mailer, PartnerCenterGateway } from '#partner-center';
import { createRelayCheckpoint } from '#read-models';
import { openEngines } from '../../apps/composition/src/open-engines.ts';
import { PARTNER, START, type SampleMigration } from './sample-migrations.ts';

/** The service as a process puts it together, without an outside: its work is begun by who asks for it. */
export interface Product {
  readonly service: RunnableService;
  readonly store: EventStore;
  readonly operations: ReadModels['operations'];
  readonly clock: Clock;
  /** One command, refused or not applied is a fault of the benchmark. */
  execute(sample: SampleMigration, command: MigrationCommand, id: string): Promise<void>;
  /** Resolves when the read models have everything that the log has. */
  caughtUp(): Promise<void>;
  /** Resolves when everything that the log has is published too. */
  published(): Promise<void>;
  close(): Promise<void>;
}

function neverAsked<Port extends object>(name: string): Port {
  return new Proxy({} as Port, {
    get(_, property) {
      throw new Error(`the benchmark does not reach the outside: ${name}.${String(property)}`);
    },
  });
}

/** Moves a second with each look at it: so that times in rows differ, as they do in use. */
function ticking(): Clock {
  let now: Instant = START;
  return { now: () => (now = plusMs(now, 1_000)) };
}

const LOOK_MS = 20;

export interface ProductOptions {
  /** Settings that name servers; by default all engines are embedded. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Default: one that moves with each look at it. */
  readonly clock?: Clock;
  /** What the service is given instead of its bus. */
  readonly busOf?: (bus: MessageBus) => MessageBus;
  /** Keeps the read models up with the log; true by default. */
  readonly follows?: boolean;
  /** Publishes what the log says, where the engines can; false by default. */
  readonly publishes?: boolean;
}

export async function openProduct(path: string, options: ProductOptions = {}): Promise<Product> {
  const { environment = {}, clock = ticking(), busOf = (bus) => bus, follows = true, publishes = false } = options;
  const folder = DataFolder.open(path);
  const read = readConfiguration(environment);
  if (read.kind === 'faults') throw new Error(`the settings are no good: ${read.faults.map(({ fault }) => fault).join('; ')}`);
  const log = pino({ level: 'silent' });
  const engines = await openEngines(read.configuration, { folder, clock, name: 'bench', log });
  const silent = (): void => undefined;
  const readModels = await engines.openReadModels({ clock, follows, onError: (error) => console.error(error) });
  const service = await createService({
    ...engines,
    bus: busOf(engines.bus),
    readModels,
    gateway: neverAsked<PartnerCenterGateway>('gateway'),
    mailer: neverAsked<Mailer>('mailer'),
    clock,
    drivenClock: null,
    alarm: silentAlarm,
    random: () => 0.5,
    newId: () => '00000000-0000-4000-8000-000000000000',
    works: true,
    publishes: publishes && engines.publishes,
    partnerTenantId: PARTNER,
    partnerName: 'Bench',
    policy: DEFAULT_POLICY,
    log: { info: silent, warn: silent, error: (fields, message) => console.error(message, fields) },
  });
  return {
    service,
    store: engines.store,
    operations: readModels.operations,
    clock,
    async execute({ id: migrationId }, command, id) {
      const outcome = await service.commands.execute(migrationStreamOf(migrationId), {
        id,
        actor: 'automation',
        correlationId: migrationId,
        command,
      });
      if (outcome.kind !== 'applied' || outcome.events.length === 0)
        throw new Error(`${command.type} of ${migrationId}: ${JSON.stringify(outcome)}`);
    },
    async caughtUp() {
      await service.queries.positions.waitFor(await engines.store.head(), Infinity);
    },
    async published() {
      const [head, checkpoint] = [await engines.store.head(), createRelayCheckpoint(readModels.operations)];
      while ((await checkpoint.load()) < head) await sleep(LOOK_MS);
    },
    async close() {
      await service.stop();
      await engines.close();
      folder.close();
    },
  };
}
