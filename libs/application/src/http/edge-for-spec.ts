import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MemoryEventStore, MemoryMessageBus } from '#engines/memory';
import { openReadModelDatabase } from '#engines/sqlite';
import {
  type DrivenClock,
  type ParkingEvent,
  createCommandLoop,
  createDrivenClock,
  createToDoExecutor,
  parking,
  runProjection,
  soleWorkOfOneProcess,
} from '#event-sourcing';
import { type Instant, derivedId, instantFromEpoch } from '#kernel';
import { DEFAULT_POLICY, type MigrationEvent, migrationDecider } from '#migration';
import { type CatalogItem, OutsideFailure, type PartnerCenterGateway } from '#partner-center';
import { type ReadModelTables, createIdempotencyKeys, createOperationsTables, openReadModelCopy } from '#read-models';
import { createRegistration } from '../customers/index.ts';
import { type Intake, createIntake } from '../intake/index.ts';
import { serviceEventSchemas } from '../service/event-schemas.ts';
import { realDelay, silentAlarm } from '../service/real-time.ts';
import type { Service } from '../service/service.ts';
import { ReadModelRebuild } from '../service/read-model-rebuild.ts';
import type { HttpPorts } from '../wiring/http-ports.ts';
import { createHttpApplication } from './create-http-application.ts';

export const PARTNER = '5c5d1bc3-7c1f-4b02-9d6c-0e6b3f2a9d11';
export const SOLD: CatalogItem = {
  catalogItem: 'CFQ7TTC0LH18:0001:CFQ7TTC0K971',
  productId: 'CFQ7TTC0LH18',
  skuId: '0001',
  skuGuid: '3b555118-da6a-4418-894f-7df1e2096870',
  title: 'Microsoft 365 Business Basic',
  minimumSeats: 1,
  maximumSeats: 300,
  seatPool: 300,
  terms: [{ termDuration: 'P1Y', billingCycle: 'monthly', monthlyPricePerSeat: 5.6, currency: 'EUR' }],
};

export interface EdgeForSpec {
  readonly app: NestFastifyApplication;
  readonly service: Service;
  readonly clock: DrivenClock;
  readonly intake: Intake;
  readonly imports: { received: string; dryRun: boolean | null; fault: Error | null };
  /** What the ports logged. */
  readonly logged: string[];
  /** Waits until the read models have everything. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** An outside that sells one thing, and answers nothing else. */
function gatewayForSpec(isDown: () => boolean): PartnerCenterGateway {
  const evidence = { system: 'partner-center', requestId: 'r', answeredAt: instantFromEpoch(0) };
  const known = {
    catalog: () =>
      isDown() ? Promise.reject(new OutsideFailure('retry-later', 'server-error', 'secret')) : Promise.resolve({ value: [SOLD], evidence }),
  };
  return known as unknown as PartnerCenterGateway;
}

export async function edgeForSpec(
  options: {
    readonly outsideIsDown?: () => boolean;
    readonly webhook?: HttpPorts['webhookVerifier'];
    readonly systemClock?: boolean;
    readonly hosts?: readonly string[];
  } = {},
): Promise<EdgeForSpec> {
  const store = new MemoryEventStore();
  const bus = new MemoryMessageBus();
  const clock = await createDrivenClock({ start: '2026-11-23T08:00:00.000Z' as Instant });
  const models = openReadModelDatabase<ReadModelTables>(':memory:');
  await createOperationsTables(models.queries);
  const copy = await openReadModelCopy({ read: models.queries, write: models.queries }, 'spec');
  const schemas = serviceEventSchemas();
  const runner = runProjection({
    store,
    clock,
    delay: realDelay,
    random: () => 0.5,
    schemas,
    projection: copy.projection,
    storage: copy.storage,
  });
  const commands = createCommandLoop({ store, clock, decider: migrationDecider, schemas: serviceEventSchemas<MigrationEvent>() });
  const parkings = createCommandLoop({ store, clock, decider: parking, schemas: serviceEventSchemas<ParkingEvent>() });
  const gateway = gatewayForSpec(options.outsideIsDown ?? (() => false));
  const intake = createIntake({
    commands,
    parkings,
    partnerTenantId: PARTNER,
    clock,
    keyOfParked: async (messageId) => (await copy.queries.deadLetters.byId(messageId))?.key,
  });
  clock.register({
    name: 'read models',
    nextDue: () => Promise.resolve(undefined),
    settle: async () => {
      const head = await store.head();
      if (runner.positions.current >= head) return false;
      await runner.positions.waitFor(head, Infinity);
      return true;
    },
  });
  const service: Service = {
    partnerTenantId: PARTNER,
    policy: DEFAULT_POLICY,
    clock,
    drivenClock: options.systemClock === true ? null : clock,
    store,
    schemas,
    bus,
    gateway,
    commands,
    executor: createToDoExecutor({
      store: copy.toDoStore,
      handlers: {},
      clock,
      alarm: silentAlarm,
      owner: 'spec',
      onExhausted: () => Promise.resolve(undefined),
      projectionReached: () => Promise.resolve(),
    }),
    queries: { ...copy.queries, positions: runner.positions },
    soleWork: soleWorkOfOneProcess(),
    idempotencyKeys: createIdempotencyKeys(models.queries),
    readModelRebuild: new ReadModelRebuild(clock, () => Promise.resolve()),
    health: [{ name: 'log', check: () => store.check() }],
  };
  let ids = 0;
  const newId = (): string => derivedId('spec', String((ids += 1)));
  const logged: string[] = [];
  const log = (fields: object, message: string): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const imports: EdgeForSpec['imports'] = { received: '', dryRun: null, fault: null };
  const app = await createHttpApplication(
    service,
    {
      registration: createRegistration({ commands, partnerTenantId: PARTNER, policy: DEFAULT_POLICY, clock, intake }),
      intake,
      imports: {
        async receive(source, { dryRun }) {
          if (imports.fault) throw imports.fault;
          imports.dryRun = dryRun;
          for await (const piece of source) imports.received += Buffer.from(piece).toString('utf8');
          return { importId: newId() };
        },
      },
      endingFacts: () => Promise.reject(new Error('nothing is bought in these tests')),
      webhookVerifier: options.webhook ?? { verify: () => Promise.resolve({ ok: true }) },
      newId,
      log: { info: log, warn: log, error: log },
      simulatorAddress: () => 'http://127.0.0.1:3100',
    },
    'everything',
    options.hosts,
  );
  return {
    app,
    service,
    clock,
    intake,
    imports,
    logged,
    async caughtUp() {
      await runner.positions.waitFor(await store.head(), Infinity);
    },
    async close() {
      await app.close();
      await runner.stop();
      await store.close();
      await models.close();
    },
  };
}

let customers = 0;

export function guidForSpec(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** A registration that is right, of a customer that no other test has. */
export function registrationForSpec(changes: Readonly<Record<string, unknown>> = {}) {
  customers += 1;
  return {
    customerTenantId: guidForSpec(customers),
    customerName: `Customer ${customers}`,
    customerDomain: `customer${customers}.example`,
    country: 'DE',
    contactEmail: 'it@customer.example',
    wave: 'one',
    lines: [
      {
        originalSubscriptionId: guidForSpec(1_000_000 + customers),
        program: 'web-direct',
        offerName: 'Microsoft 365 Business Basic',
        skuId: SOLD.skuGuid,
        seats: 25,
        termEnd: '2027-01-31',
        autoRenew: false,
      },
    ],
    ...changes,
  };
}
