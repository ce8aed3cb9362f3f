import { DataFolder } from '#engines/sqlite';
import { pino } from 'pino';
import { type RunnableService, createService, readConfiguration, silentAlarm } from '#application';
import { type Clock, type Instant, plusMs } from '#kernel';
import { DEFAULT_POLICY, type MigrationCommand, migrationStreamOf } from '#migration';
import type { Mailer, PartnerCenterGateway } from '#partner-center';
import { openEngines } from '../../apps/composition/src/open-engines.ts';
import { START, type SampleMigration } from './sample-migrations.ts';

/** The embedded service as `npm start` puts it together, without an outside: its automation is not started. */
export interface Product {
  readonly service: RunnableService;
  readonly clock: Clock;
  /** One command, refused or not applied is a fault of the benchmark. */
  execute(sample: SampleMigration, command: MigrationCommand, id: string): Promise<void>;
  /** Resolves when the read models have everything that the log has. */
  caughtUp(): Promise<void>;
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

export async function openProduct(path: string): Promise<Product> {
  const folder = DataFolder.open(path);
  const clock = ticking();
  const read = readConfiguration({});
  if (read.kind === 'faults') throw new Error('the embedded engines need no setting');
  const log = pino({ level: 'silent' });
  const engines = await openEngines(read.configuration, { folder, clock, name: 'bench', log });
  const silent = (): void => undefined;
  const readModels = await engines.openReadModels({ clock, follows: true, onError: (error) => console.error(error) });
  const service = await createService({
    ...engines,
    readModels,
    gateway: neverAsked<PartnerCenterGateway>('gateway'),
    mailer: neverAsked<Mailer>('mailer'),
    clock,
    drivenClock: null,
    alarm: silentAlarm,
    random: () => 0.5,
    newId: () => '00000000-0000-4000-8000-000000000000',
    works: true,
    publishes: false,
    partnerTenantId: '7c7c2a52-4d28-4c8a-9a3b-0f4a5d6e7f80',
    partnerName: 'Bench',
    policy: DEFAULT_POLICY,
    log: { info: silent, warn: silent, error: (fields, message) => console.error(message, fields) },
  });
  return {
    service,
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
    async close() {
      await service.stop();
      await engines.close();
      folder.close();
    },
  };
}
