import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '#kernel';
import type { Alarm, ClockParticipant, DrivenClock } from '#event-sourcing';
import { DEFAULT_POLICY } from '#migration';
import { type Configuration, type RunnableService, createService } from '#application';
import { type ListeningApi, type Surface, createApi } from '../../api/src/create-api.ts';
import type { Engines } from './engines.ts';
import { httpPortsOf } from './http-ports.ts';
import { keepWebhookRegistered } from './kept-webhook-registration.ts';
import type { Outside } from './outside.ts';
import type { Undo } from './undo.ts';

/** Which time it is here, and who moves it. */
export interface ServiceTime {
  readonly clock: Clock;
  /** Set where `PUT /v1/clock` of this process moves it. */
  readonly drivenClock: DrivenClock | null;
  readonly alarm: Alarm;
}

export interface ServiceParts extends ServiceTime {
  readonly configuration: Configuration;
  readonly log: Logger;
  readonly engines: Engines;
  readonly outside: Outside;
  readonly simulatorUrl: string | null;
  /** Takes up work; false where others do. */
  readonly works: boolean;
  /** Everything that the contract promises, or only what operators look at. */
  readonly surface: Surface;
  /** Parts of the outside that share the driven clock. */
  readonly joinsClock?: (service: RunnableService) => readonly ClockParticipant[];
  /** The API can be reached; its work has not begun. */
  readonly onListening?: (url: string) => void;
}

export interface StartedService {
  readonly service: RunnableService;
  readonly api: ListeningApi;
}

const DAY_MS = 86_400_000;

/** Puts a process's service together, lets it listen, and begins its work. What is to be undone is told as it is done. */
export async function startService(parts: ServiceParts, undo: Undo): Promise<StartedService> {
  const { configuration, log, engines, outside, clock, drivenClock, alarm, works, surface, simulatorUrl } = parts;
  const readModels = await engines.openReadModels({
    clock,
    follows: works,
    onError: (error) =>
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'the read models fell behind and try again'),
  });
  undo.later(() => readModels.stop());
  const service = await createService({
    store: engines.store,
    logIsRemote: engines.logIsRemote,
    bus: engines.bus,
    soleWork: engines.soleWork,
    importSpool: engines.importSpool,
    owner: engines.owner,
    readModels,
    gateway: outside.gateway,
    mailer: outside.mailer,
    clock,
    drivenClock,
    alarm,
    works,
    publishes: engines.publishes,
    random: Math.random,
    newId: randomUUID,
    partnerTenantId: configuration.partnerTenantId,
    partnerName: configuration.partnerName,
    policy: DEFAULT_POLICY,
    log,
  });
  undo.later((abandon) => service.stop(abandon));
  for (const participant of parts.joinsClock?.(service) ?? []) service.joinClock(participant);

  const ports = httpPortsOf({ service, webhookVerifier: outside.webhookVerifier, simulatorUrl, log });
  const { host, port, publicUrl } = configuration;
  const api = await createApi(service, ports, { host, port, publicUrl, surface });
  undo.later(() => api.close());
  parts.onListening?.(api.url);
  await service.start();

  const forgetting = setInterval(() => void service.idempotencyKeys.forgetOld(clock.now()).catch(() => undefined), DAY_MS);
  undo.later(() => clearInterval(forgetting));
  return { service, api };
}

/** Has Partner Center tell the process at this address of acceptances; resolves after the first try. */
export async function registerWebhook(
  { configuration, log, outside }: Pick<ServiceParts, 'configuration' | 'log' | 'outside'>,
  apiUrl: string,
  undo: Undo,
): Promise<void> {
  const registered = keepWebhookRegistered({
    gateway: outside.gateway,
    url: `${configuration.publicUrl ?? apiUrl}/v1/webhooks/partner-center`,
    configuration,
    log,
  });
  undo.later(() => registered.stop());
  await registered.first;
}
