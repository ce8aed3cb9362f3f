import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { type DrivenClock, createDrivenClock, soleWorkOfOneProcess } from '#event-sourcing';
import { DataFolder } from '#engines/sqlite';
import { DEFAULT_POLICY } from '#migration';
import {
  MICROSOFT_CERTIFICATE_ORIGINS,
  createPartnerCenterClient,
  createRateGovernor,
  createSmtpMailer,
  createWebhookVerifier,
} from '#partner-center';
import {
  type Configuration,
  type RunnableService,
  createImportSpool,
  createService,
  realDelay,
  serviceEventSchemas,
  silentAlarm,
  systemAlarm,
  systemClock,
} from '#application';
import type { Simulator } from '../../partner-center-simulator/src/index.ts';

import { createApi } from '../../api/src/create-api.ts';
import { clockParticipantOf, credentialsFor, startBuiltInSimulator } from './built-in-simulator.ts';
import { clockFile, openEmbeddedEngines } from './embedded-engines.ts';
import { httpPortsOf } from './http-ports.ts';
import { describeImportedCustomers } from './imported-customers.ts';
import { keptRefreshToken } from './kept-refresh-token.ts';
import { keepWebhookRegistered } from './kept-webhook-registration.ts';
import { remoteClockParticipant } from './remote-clock.ts';
import { simulatedPrices } from './simulated-prices.ts';
import { StartFault } from './start-fault.ts';

import { trustRootOf } from './trust-root.ts';
import { Undo } from './undo.ts';

export interface Standalone {
  readonly url: string;
  readonly simulator: Simulator | null;
  readonly service: RunnableService;
  /** Stops taking in, finishes what is in hand, closes the files. `abandon` ends the waiting. */
  stop(abandon?: AbortSignal): Promise<void>;
}

const DAY_MS = 86_400_000;
/** The same after a restart: nobody else has this data folder. */
const OWNER = 'standalone';

function refuseDistributed(configuration: Configuration): void {
  const set = [
    ...(configuration.eventStoreUrl === null ? [] : ['EVENT_STORE_URL']),
    ...(configuration.kafkaBrokers === null ? [] : ['KAFKA_BROKERS']),
    ...(configuration.databaseUrl === null ? [] : ['DATABASE_URL']),
  ];
  if (set.length > 0) throw new StartFault(`engine-not-available: this release has the embedded engines only. Unset ${set.join(', ')}.`);
}

/** API, worker and, where no real Partner Center is configured, its stand-in: all in this process, on embedded engines. */
export async function startStandalone(configuration: Configuration): Promise<Standalone> {
  refuseDistributed(configuration);
  const undo = new Undo();
  try {
    return await start(configuration, undo);
  } catch (error) {
    await undo.all();
    throw error;
  }
}

async function start(configuration: Configuration, undo: Undo): Promise<Standalone> {
  const log = pino({ level: configuration.logLevel, base: null }, pino.destination({ dest: 2, sync: false }));
  const folder = DataFolder.open(configuration.dataDir);
  undo.later(() => folder.close());

  const drivenClock: DrivenClock | null =
    configuration.clock.kind === 'driven' ? await createDrivenClock({ start: configuration.clock.start, store: clockFile(folder) }) : null;
  const clock = drivenClock ?? systemClock;
  const engines = await openEmbeddedEngines(folder, clock);
  undo.later(() => engines.close());

  const simulator = configuration.partnerCenter === null ? await startBuiltInSimulator(configuration, folder, clock, 'cutover') : null;
  if (simulator) undo.later(() => simulator.stop());
  const credentials = configuration.partnerCenter ?? credentialsFor(simulator!);
  const refreshToken = await keptRefreshToken(folder, credentials.refreshToken);
  const gateway = createPartnerCenterClient({
    ...credentials,
    refreshToken: refreshToken.token,
    onRefreshToken: (newest) => refreshToken.keep(newest),
    partnerTenantId: configuration.partnerTenantId,
    ...(simulator && { catalogSettings: { prices: await simulatedPrices(simulator) } }),
    clock,
    governor: createRateGovernor({ clock }),
  });
  const mailer = createSmtpMailer({ url: configuration.mailUrl ?? simulator!.smtpUrl, from: configuration.mailFrom, clock });
  undo.later(() => mailer.close());

  const readModels = await engines.followReadModels({
    schemas: serviceEventSchemas(),
    delay: realDelay,
    random: Math.random,
    owner: OWNER,
    onError: (error) =>
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'the read models fell behind and try again'),
  });
  undo.later(() => readModels.stop());
  const service = await createService({
    ...engines,
    readModels,
    gateway,
    mailer,
    clock,
    drivenClock,
    alarm: drivenClock ? silentAlarm : systemAlarm,
    newId: randomUUID,
    owner: OWNER,
    soleWork: soleWorkOfOneProcess(),
    works: true,
    partnerTenantId: configuration.partnerTenantId,
    partnerName: configuration.partnerName,
    policy: DEFAULT_POLICY,
    importSpool: createImportSpool(folder.file('imports')),
    log,
  });
  undo.later((abandon) => service.stop(abandon));
  if (simulator) {
    const describing = describeImportedCustomers(engines.store, service.commands, simulator);
    undo.later(() => describing.stop());
    service.joinClock(describing.participant);
    service.joinClock(clockParticipantOf(simulator, clock));
  } else if (drivenClock) {
    const remote = await remoteClockParticipant(credentials.partnerCenterUrl, clock);
    if (remote) service.joinClock(remote);
  }

  const certificateOrigins = simulator ? [simulator.url] : MICROSOFT_CERTIFICATE_ORIGINS;
  const webhookVerifier = createWebhookVerifier({
    trustRoots: await trustRootOf(configuration, simulator),
    allowedCertificateOrigins: certificateOrigins,
    clock,
  });
  const api = await createApi(service, httpPortsOf({ service, webhookVerifier, simulatorUrl: simulator?.url ?? null, log }), {
    host: configuration.host,
    port: configuration.port,
  });
  undo.later(() => api.close());
  simulator?.setProductUrl(api.url);
  await service.start();
  const registered = keepWebhookRegistered({
    gateway,
    url: `${configuration.publicUrl ?? api.url}/v1/webhooks/partner-center`,
    configuration,
    log,
  });
  const forgetting = setInterval(() => void service.idempotencyKeys.forgetOld(clock.now()).catch(() => undefined), DAY_MS);
  undo.later(() => clearInterval(forgetting));
  undo.later(() => registered.stop());
  await registered.first;

  return {
    url: api.url,
    simulator,
    service,
    async stop(abandon) {
      // A move of the clock that is under way would be waited for by whoever closes after it.
      drivenClock?.halt();
      await undo.all(abandon);
    },
  };
}
