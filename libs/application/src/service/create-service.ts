import type { Kysely } from 'kysely';
import type { Clock, Position } from '#kernel';
import {
  type Alarm,
  type ClockParticipant,
  type CommittedPositions,
  type Delay,
  type DrivenClock,
  type EventStore,
  type ParkingEvent,
  createCommandLoop,
  createToDoExecutor,
  parking,
  rebuild,
  runProjection,
} from '#event-sourcing';
import { type Consumer, INCOMING_TOPICS, type MessageBus } from '#messaging';
import {
  type LicenseReassignmentEvent,
  type MigrationEvent,
  type MigrationPolicy,
  licenseReassignmentDecider,
  migrationDecider,
} from '#migration';
import type { Mailer, PartnerCenterGateway } from '#partner-center';
import {
  type ImportEvent,
  type ReadModelHandles,
  type ReadModelTables,
  createIdempotencyKeys,
  createImportRows,
  createOperationsTables,
  openReadModelCopy,
} from '#read-models';
import { createAutomation } from '../automation/index.ts';
import { type Registration, createRegistration } from '../customers/index.ts';
import { type Importing, createImportSpool, createImporting, importDecider } from '../importing/index.ts';
import { type Intake, createBusIntake, createIntake } from '../intake/index.ts';
import { serviceEventSchemas } from './event-schemas.ts';
import { ReadModelRebuild } from './read-model-rebuild.ts';
import type { HealthPart, Service } from './service.ts';
import { Settling } from './settling.ts';

export interface ServiceLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface FillOptions {
  /** Who owns the copy's checkpoint: whoever goes on writing it. */
  readonly owner: string;
  /** Every type that may stand in the log. */
  readonly eventTypes: readonly string[];
  readonly onProgress: (events: number) => void;
}

/** Read models on some engine: the copy in use, and room for one that is built beside it. */
export interface ReadModelEngine {
  readonly current: ReadModelHandles;
  /** An empty copy. */
  beside(): Promise<ReadModelHandles>;
  /**
   * Brings such a copy up to the log as it stands, away from this thread; what comes later is written to it from here.
   * Absent where the engine's own server does the heavy work.
   */
  fill?(handles: ReadModelHandles, options: FillOptions): Promise<void>;
  /** From now on that copy is the one that a restart opens; the other may go. */
  switchTo(handles: ReadModelHandles): Promise<void>;
  /** Rows that no rebuild brings back: answers kept for idempotency keys. */
  readonly operations: Kysely<ReadModelTables>;
}

export interface ServiceOptions {
  readonly store: EventStore;
  readonly bus: MessageBus;
  readonly readModels: ReadModelEngine;
  readonly gateway: PartnerCenterGateway;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly drivenClock: DrivenClock | null;
  readonly alarm: Alarm;
  readonly delay: Delay;
  readonly random: () => number;
  readonly newId: () => string;
  /** Who owns checkpoints and claims: the same after a restart where nobody else can be running. */
  readonly owner: string;
  readonly partnerTenantId: string;
  readonly partnerName: string;
  readonly policy: MigrationPolicy;
  readonly spoolFolder: string;
  readonly log: ServiceLog;
}

/** A service that is put together and not yet working. */
export interface RunnableService extends Service {
  readonly registration: Registration;
  readonly intake: Intake;
  readonly importing: Importing;
  /** Joins the driven clock with a part of the outside that shares it, in the order of the calls; before `start`. */
  joinClock(participant: ClockParticipant): void;
  /** Takes up the work: to-dos, messages, imports that were left unfinished. */
  start(): Promise<void>;
  /** Lets the parts that share a driven clock do what is due now. */
  settleSoon(): void;
  /** Stops intake, finishes what is in hand, and lets go; `abandon` ends the waiting. The engines are closed by whoever opened them. */
  stop(abandon?: AbortSignal): Promise<void>;
}

/** An outage of Partner Center for a day is waited out before a person is asked: about 24 attempts, the later ones an hour apart. */
const MAX_ATTEMPTS = 30;
const RETRY_BACK_OFF = { baseMs: 30_000, capMs: 3_600_000 };
/** The consumers that take outside messages in. */
const INTAKE_GROUP = 'cutover-intake';

export async function createService(options: ServiceOptions): Promise<RunnableService> {
  const {
    store,
    bus,
    readModels,
    gateway,
    mailer,
    clock,
    drivenClock,
    alarm,
    delay,
    random,
    newId,
    owner,
    partnerTenantId,
    partnerName,
    policy,
    log,
  } = options;
  const onError = (error: unknown): void =>
    log.error({ error: error instanceof Error ? error.message : String(error) }, 'a background part failed and tries again');

  const commands = createCommandLoop({ store, clock, decider: migrationDecider, schemas: serviceEventSchemas<MigrationEvent>() });
  const licenses = createCommandLoop({
    store,
    clock,
    decider: licenseReassignmentDecider,
    schemas: serviceEventSchemas<LicenseReassignmentEvent>(),
  });
  const parkings = createCommandLoop({ store, clock, decider: parking, schemas: serviceEventSchemas<ParkingEvent>() });
  const imports = createCommandLoop({ store, clock, decider: importDecider, schemas: serviceEventSchemas<ImportEvent>() });

  await createOperationsTables(readModels.operations);
  let copy = await openReadModelCopy(readModels.current, owner);
  const runner = runProjection({
    store,
    clock,
    delay,
    random,
    onError,
    schemas: serviceEventSchemas(),
    projection: copy.projection,
    storage: copy.storage,
  });
  const { positions } = runner;
  const queries: Service['queries'] = {
    get migrations() {
      return copy.queries.migrations;
    },
    get toDos() {
      return copy.queries.toDos;
    },
    get overview() {
      return copy.queries.overview;
    },
    get imports() {
      return copy.queries.imports;
    },
    get deadLetters() {
      return copy.queries.deadLetters;
    },
    positions,
  };

  const automation = createAutomation({ commands, licenses, gateway, mailer, clock, partnerName, log });
  const executor = createToDoExecutor({
    store: {
      claimDue: (...claim) => copy.toDoStore.claimDue(...claim),
      settle: (...settlement) => copy.toDoStore.settle(...settlement),
      nextDue: () => copy.toDoStore.nextDue(),
      release: (claimant) => copy.toDoStore.release?.(claimant) ?? Promise.resolve(),
    },
    handlers: automation.handlers,
    onExhausted: (toDo, failure) => automation.onExhausted(toDo, failure),
    clock,
    alarm,
    owner,
    onError,
    projectionReached: (position, signal) => positions.waitFor(position, Infinity, signal),
    maxAttempts: MAX_ATTEMPTS,
    backOff: RETRY_BACK_OFF,
  });

  const intake = createIntake({
    commands,
    parkings,
    partnerTenantId,
    clock,
    keyOfParked: async (messageId) => (await copy.queries.deadLetters.byId(messageId))?.key,
  });
  const registration = createRegistration({ commands, partnerTenantId, policy, clock, intake });
  const importing = createImporting({
    commands: imports,
    spool: createImportSpool(options.spoolFolder),
    target: (importId, dryRun) => registration.importTarget(importId, dryRun),
    queries,
    dryRunRows: () => createImportRows(readModels.current.write),
    clock,
    newId,
    onError: (importId, error) =>
      log.error({ importId, error: error instanceof Error ? error.message : String(error) }, 'an import stopped'),
  });

  const idempotencyKeys = createIdempotencyKeys(readModels.operations);
  const settling = drivenClock && new Settling(drivenClock, onError);
  let consumers: readonly Consumer[] = [];
  drivenClock?.register(projectionsParticipant(store, runner.positions));
  drivenClock?.register(messagesParticipant(() => consumers));
  drivenClock?.register({ name: 'imports', nextDue: () => Promise.resolve(undefined), settle: () => settledImports(importing) });
  drivenClock?.register(executor.participant());

  const wake = (): void => {
    if (settling) settling.soon();
    else executor.wake();
  };

  async function rebuildReadModels(onProgress: (events: number) => void): Promise<void> {
    const handles = await readModels.beside();
    let filled = 0;
    await readModels.fill?.(handles, {
      owner,
      eventTypes: serviceEventSchemas().types,
      onProgress: (events) => onProgress((filled = events)),
    });
    const next = await openReadModelCopy(handles, owner);
    await rebuild({
      store,
      schemas: serviceEventSchemas(),
      live: runner,
      projection: next.projection,
      buildBeside: () => Promise.resolve(next.storage),
      async switchTo() {
        await readModels.switchTo(handles);
        copy = next;
      },
      onProgress: ({ eventsDone }) => onProgress(filled + eventsDone),
    });
  }

  return {
    partnerTenantId,
    policy,
    clock,
    drivenClock,
    store,
    schemas: serviceEventSchemas(),
    bus,
    gateway,
    commands,
    registration,
    intake,
    executor,
    queries,
    idempotencyKeys,
    readModelRebuild: new ReadModelRebuild(clock, rebuildReadModels),
    importing,
    health: healthParts({ store, bus, readModels, running: () => runner.health().running }),
    joinClock: (participant) => drivenClock?.register(participant),
    settleSoon: wake,
    async start() {
      positions.onCommitted(wake);
      if (!drivenClock) executor.start();
      consumers = [
        await bus.consume({
          group: INTAKE_GROUP,
          topics: INCOMING_TOPICS,
          handle: createBusIntake({ intake, bus, partnerTenantId, onError }),
        }),
      ];
      const waiting = await copy.queries.deadLetters.keys();
      for (const customer of new Set(waiting.map((key) => key.split('/')[0] ?? key))) await intake.releaseFor(customer);
      await importing.resume();
      await idempotencyKeys.forgetOld(clock.now());
      wake();
    },
    async stop(abandon) {
      await Promise.all([executor.stop(abandon), importing.stop(), ...consumers.map((consumer) => consumer.stop())]);
      await settling?.idle();
      await runner.stop();
    },
  };
}

function projectionsParticipant(store: EventStore, positions: CommittedPositions): ClockParticipant {
  return {
    name: 'read models',
    nextDue: () => Promise.resolve(undefined),
    async settle() {
      const head: Position = await store.head();
      if (positions.current >= head) return false;
      await positions.waitFor(head, Infinity);
      return true;
    },
  };
}

function messagesParticipant(consumers: () => readonly Consumer[]): ClockParticipant {
  return {
    name: 'messages',
    nextDue: () => Promise.resolve(undefined),
    async settle() {
      let did = false;
      for (const consumer of consumers()) {
        if ((await consumer.lag()) === 0n) continue;
        await consumer.caughtUp();
        did = true;
      }
      return did;
    },
  };
}

async function settledImports(importing: Importing): Promise<boolean> {
  if (!importing.busy) return false;
  await importing.idle();
  return true;
}

interface HealthOf {
  readonly store: EventStore;
  readonly bus: MessageBus;
  readonly readModels: ReadModelEngine;
  readonly running: () => boolean;
}

function healthParts({ store, bus, readModels, running }: HealthOf): readonly HealthPart[] {
  return [
    { name: 'log', check: () => store.check() },
    { name: 'bus', check: () => bus.check() },
    {
      name: 'read-models',
      async check() {
        await readModels.current.read.selectFrom('checkpoints').select('name').limit(1).execute();
      },
    },
    {
      name: 'projections',
      check: () => (running() ? Promise.resolve() : Promise.reject(new Error('the read models are not following the log'))),
    },
  ];
}
