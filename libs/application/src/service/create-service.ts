import { createToDoExecutor } from '#event-sourcing';
import { type Consumer, INCOMING_TOPICS } from '#messaging';
import { createIdempotencyKeys, createRelayCheckpoint } from '#read-models';
import { createAutomation } from '../automation/index.ts';
import { createRegistration } from '../customers/index.ts';
import { createImporting } from '../importing/index.ts';
import { TraceContexts, createBusIntake, createIntake, createIntakeRows } from '../intake/index.ts';
import { type RelayCheckpoint, Relaying, summariesFromReadModels } from '../relay/index.ts';
import { type BeginStep, type Beginning, beginSteps } from './begin-steps.ts';
import { createCommandLoops } from './command-loops.ts';
import { serviceEventSchemas } from './event-schemas.ts';
import { healthParts } from './health-parts.ts';
import { ReadModelRebuild } from './read-model-rebuild.ts';
import { realDelay } from './real-time.ts';
import type { RunnableService } from './runnable-service.ts';
import type { ServiceOptions } from './service-options.ts';
import { Settling } from './settling.ts';
import { watchingParticipants } from './watching-participants.ts';
import { importsParticipant, inSettlingOrder, messagesParticipant, readModelsParticipant } from './working-participants.ts';

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
  const onError = (error: unknown): void => log.error({ error: reasonOf(error) }, 'a background part failed and tries again');

  const { migrations: commands, licenses, parkings, imports } = createCommandLoops(store, clock);

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
    onError: (importId, error) => log.error({ importId, error: reasonOf(error) }, 'an import stopped'),
    onInterrupted: (importId, error) => log.warn({ importId, error: reasonOf(error) }, 'an import was interrupted and goes on by itself'),
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

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
