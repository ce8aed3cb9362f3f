import type { Clock } from '#kernel';
import {
  type Alarm,
  type ClockParticipant,
  type DrivenClock,
  type EventStore,
  type ParkingEvent,
  type SoleWork,
  createCommandLoop,
  createToDoExecutor,
  parking,
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
import { type ImportEvent, createIdempotencyKeys, createRelayCheckpoint, migrationsAtHand } from '#read-models';
import { createAutomation } from '../automation/index.ts';
import { type Registration, createRegistration } from '../customers/index.ts';
import { type ImportSpool, type Importing, createImporting, importDecider } from '../importing/index.ts';
import { type Intake, TraceContexts, createBusIntake, createIntake, createIntakeRows } from '../intake/index.ts';
import type { ReadModels } from '../read-models/index.ts';
import { type RelayCheckpoint, Relaying, summariesFromReadModels } from '../relay/index.ts';
import { type BeginStep, type Beginning, beginSteps } from './begin-steps.ts';
import { serviceEventSchemas } from './event-schemas.ts';
import { ReadModelRebuild } from './read-model-rebuild.ts';
import { realDelay } from './real-time.ts';
import type { HealthPart, Service } from './service.ts';
import { Settling } from './settling.ts';
import { watchingParticipants } from './watching-participants.ts';
import { importsParticipant, inSettlingOrder, messagesParticipant, readModelsParticipant } from './working-participants.ts';

export interface ServiceLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface ServiceOptions {
  readonly store: EventStore;
  /** Each look into the log is a call over the network: messages that come in ask the rows first. False by default. */
  readonly logIsRemote?: boolean;
  readonly bus: MessageBus;
  /** Following the log already; stopped together with the service. */
  readonly readModels: ReadModels;
  readonly gateway: PartnerCenterGateway;
  readonly mailer: Mailer;
  readonly clock: Clock;
  /** Moved through this process. A process that works on a clock which another one moves has none. */
  readonly drivenClock: DrivenClock | null;
  readonly alarm: Alarm;
  /** In [0, 1): spreads attempts at an engine that is away. */
  readonly random: () => number;
  readonly newId: () => string;
  /** Who owns checkpoints and claims: the same after a restart where nobody else can be running. */
  readonly owner: string;
  readonly partnerTenantId: string;
  readonly partnerName: string;
  readonly policy: MigrationPolicy;
  /** Where uploaded files wait: wherever everybody who carries imports out can read them. */
  readonly importSpool: ImportSpool;
  /** Publishes what the log says of migrations; false where nobody could read it. */
  readonly publishes: boolean;
  readonly soleWork: SoleWork;
  /** Takes up work: to-dos, messages, imports. False in a process that only answers, where others work on the same engines. */
  readonly works: boolean;
  readonly log: ServiceLog;
}

/** A service that is put together and not yet working. */
export interface RunnableService extends Service {
  readonly registration: Registration;
  readonly intake: Intake;
  readonly importing: Importing;
  /** Joins the driven clock with a part of the outside that shares it, in the order of the calls; before `start`. */
  joinClock(participant: ClockParticipant): void;
  /**
   * Takes up the work: to-dos, messages, imports that were left unfinished. Resolves after the first try: an engine that does
   * not answer is asked again in the background, and health says so.
   */
  start(): Promise<void>;
  /** Lets the parts that share a driven clock do what is due now. */
  settleSoon(): void;
  /** Stops intake, finishes what is in hand, and lets go; `abandon` ends the waiting. The engines are closed by whoever opened them. */
  stop(abandon?: AbortSignal): Promise<void>;
}

/** An outage of Partner Center for a day is waited out before a person is asked: about 24 attempts, the later ones an hour apart. */
const MAX_ATTEMPTS = 30;
const RETRY_BACK_OFF = { baseMs: 30_000, capMs: 3_600_000 };
/** How often a process looks for imports that another one took in, or began and did not finish. */
const LOOK_FOR_IMPORTS_MS = 5_000;
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
    soleWork,
    works,
    publishes,
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

  const commands = createCommandLoop({
    store,
    clock,
    decider: migrationDecider,
    schemas: serviceEventSchemas<MigrationEvent>(),
    cachedStreams: migrationsAtHand(),
  });
  const licenses = createCommandLoop({
    store,
    clock,
    decider: licenseReassignmentDecider,
    schemas: serviceEventSchemas<LicenseReassignmentEvent>(),
  });
  const parkings = createCommandLoop({ store, clock, decider: parking, schemas: serviceEventSchemas<ParkingEvent>() });
  const imports = createCommandLoop({ store, clock, decider: importDecider, schemas: serviceEventSchemas<ImportEvent>() });

  const { queries } = readModels;
  const { positions } = queries;
  const automation = createAutomation({ commands, licenses, gateway, mailer, clock, partnerName, log });
  const executor = createToDoExecutor({
    store: readModels.toDos,
    handlers: automation.handlers,
    onExhausted: (toDo, failure) => automation.onExhausted(toDo, failure),
    clock,
    alarm,
    owner,
    onError,
    projectionReached: (position, signal) => positions.waitFor(position, Infinity, signal),
    maxAttempts: MAX_ATTEMPTS,
    backOff: RETRY_BACK_OFF,
    heartbeat: { delay: realDelay },
  });

  const intake = createIntake({
    commands,
    parkings,
    partnerTenantId,
    clock,
    keyOfParked: async (messageId) => (await queries.deadLetters.byId(messageId))?.key,
    rows: options.logIsRemote === true ? createIntakeRows({ queries, lately: readModels.lately, store }) : undefined,
  });
  const registration = createRegistration({ commands, partnerTenantId, policy, clock, intake });
  const importing = createImporting({
    commands: imports,
    spool: options.importSpool,
    soleWork,
    carriesOut: works,
    target: (importId, dryRun) => registration.importTarget(importId, dryRun),
    queries,
    dryRunRows: () => readModels.importRows,
    clock,
    newId,
    onError: (importId, error) =>
      log.error({ importId, error: error instanceof Error ? error.message : String(error) }, 'an import stopped'),
    onInterrupted: (importId, error) =>
      log.warn(
        { importId, error: error instanceof Error ? error.message : String(error) },
        'an import was interrupted and goes on by itself',
      ),
    delay: realDelay,
    random,
  });

  const idempotencyKeys = createIdempotencyKeys(readModels.operations);
  const settling = works && drivenClock ? new Settling(drivenClock, onError) : null;
  const traces = new TraceContexts();
  const relay = works && publishes ? relayFor(createRelayCheckpoint(readModels.operations)) : null;
  let consumers: readonly Consumer[] = [];
  let beginning: Beginning | undefined;
  let lookingForImports: NodeJS.Timeout | undefined;
  const caughtUp = readModelsParticipant(store, positions);
  const participants = inSettlingOrder(
    works
      ? {
          messages: messagesParticipant(() => consumers),
          imports: importsParticipant(importing),
          readModels: caughtUp,
          toDos: executor.participant(),
        }
      : {
          ...watchingParticipants({ clock, queries, bus, group: INTAKE_GROUP, topics: INCOMING_TOPICS, delay: realDelay }),
          readModels: caughtUp,
        },
  );
  for (const participant of participants) drivenClock?.register(participant);

  const wake = (): void => {
    if (settling) settling.soon();
    else executor.wake();
  };

  function relayFor(checkpoint: RelayCheckpoint): Relaying {
    const schemas = serviceEventSchemas();
    const summaries = summariesFromReadModels(readModels, clock);
    return new Relaying({
      soleWork,
      relay: { store, bus, schemas, checkpoint, summaries, partnerTenantId, clock, delay: realDelay, random, traces, onError },
    });
  }

  async function takeMessagesIn(): Promise<void> {
    consumers = [
      await bus.consume({
        group: INTAKE_GROUP,
        topics: INCOMING_TOPICS,
        handle: createBusIntake({ intake, bus, partnerTenantId, onError, traces }),
      }),
    ];
  }

  async function releaseParked(): Promise<void> {
    const waiting = await queries.deadLetters.keys();
    for (const customer of new Set(waiting.map((key) => key.split('/')[0] ?? key))) await intake.releaseFor(customer);
  }

  function workByItself(): void {
    positions.onCommitted(wake);
    relay?.start();
    if (!drivenClock) {
      executor.start();
      lookingForImports = setInterval(() => void importing.resume().catch(onError), LOOK_FOR_IMPORTS_MS).unref();
    }
    wake();
  }

  const steps: readonly BeginStep[] = [
    { name: 'idempotency keys', run: () => idempotencyKeys.forgetOld(clock.now()) },
    ...(works
      ? [
          { name: 'messages', run: takeMessagesIn },
          { name: 'parked messages', run: releaseParked },
          { name: 'imports', run: () => importing.resume() },
          { name: 'to-dos', run: () => Promise.resolve(workByItself()) },
        ]
      : []),
  ];

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
    soleWork,
    idempotencyKeys,
    readModelRebuild: new ReadModelRebuild(clock, (onProgress) => readModels.rebuild(onProgress)),
    importing,
    health: [
      ...healthParts({ store, bus, readModels }),
      ...(relay ? [{ name: 'relay', check: () => relay.check() }] : []),
      { name: 'work', check: () => beginning?.check() ?? Promise.reject(new Error('not begun yet')) },
    ],
    joinClock: (participant) => drivenClock?.register(participant),
    settleSoon: wake,
    async start() {
      beginning = beginSteps(steps, realDelay, onError);
      await beginning.tried;
    },
    async stop(abandon) {
      clearInterval(lookingForImports);
      await beginning?.stop();
      await Promise.all([executor.stop(abandon), importing.stop(), ...consumers.map((consumer) => consumer.stop())]);
      await relay?.stop();
      await settling?.idle();
      await readModels.stop();
    },
  };
}

function healthParts({ store, bus, readModels }: Pick<ServiceOptions, 'store' | 'bus' | 'readModels'>): readonly HealthPart[] {
  return [
    { name: 'log', check: () => store.check() },
    { name: 'bus', check: () => bus.check() },
    { name: 'read-models', check: () => readModels.check() },
    { name: 'projections', check: () => readModels.checkFollowing() },
  ];
}
