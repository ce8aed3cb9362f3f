import { randomUUID } from 'node:crypto';
import type { WebhookVerifier } from '#partner-center';
import { type HttpPorts, type RunnableService, type ServiceLog, readEndingFacts } from '#application';
import { VERSION } from './version.ts';

export interface EdgeParts {
  readonly service: RunnableService;
  readonly webhookVerifier: Pick<WebhookVerifier, 'verify'>;
  readonly simulatorUrl: string | null;
  readonly log: ServiceLog;
}

/** What the HTTP edge asks of the service's other parts. */
export function httpPortsOf({ service, webhookVerifier, simulatorUrl, log }: EdgeParts): HttpPorts {
  return {
    registration: service.registration,
    imports: service.importing,
    intake: service.intake,
    endingFacts: (migration, line, callId) => readEndingFacts(service.gateway, migration, line, callId),
    webhookVerifier,
    newId: randomUUID,
    version: VERSION,
    log,
    simulatorAddress: () => simulatorUrl,
  };
}
