import { randomUUID } from 'node:crypto';
import { MIGRATION_EVENT_PERSONAL_DATA } from '#migration';
import { asyncApiDocument, cloudEventOf } from '#messaging';
import { type WebhookVerifier, parseWebhook } from '#partner-center';
import { type HttpPorts, type RunnableService, type ServiceLog, readEndingFacts } from '#application';
import { VERSION } from './version.ts';

export interface EdgeParts {
  readonly service: RunnableService;
  readonly webhookVerifier: Pick<WebhookVerifier, 'verify'>;
  readonly simulatorUrl: string | null;
  readonly log: ServiceLog;
}

/** What the HTTP edge asks of the service's other parts, each in the edge's own words. */
export function httpPortsOf({ service, webhookVerifier, simulatorUrl, log }: EdgeParts): HttpPorts {
  return {
    registration: {
      async register(customer, { commandId, actor }) {
        const result = await service.registration.register(customer, { commandId, actor });
        switch (result.kind) {
          case 'registered':
            return { kind: 'registered', migrationId: result.migrationId, state: result.migration, revision: result.revision, position: result.position };
          case 'open':
            return { kind: 'open', migrationId: result.migrationId };
          case 'refused':
            return { kind: 'refused', ...result.refusal };
          default:
            return result satisfies never;
        }
      },
    },
    imports: service.importing,
    endingFacts: (migration, line, callId) => readEndingFacts(service.gateway, migration, line, callId),
    webhookVerifier,
    async webhookIntake(rawBody) {
      const notice = parseWebhook(rawBody);
      if (!notice.ok) return { ok: false, code: notice.code, detail: notice.detail };
      await service.intake.receiveWebhook(notice);
      return { ok: true };
    },
    async receiveForeign(rawMessage, _reason, detail) {
      const event = cloudEventOf(rawMessage);
      await service.intake.receive(event.ok ? event : { ok: false, payload: rawMessage, detail });
    },
    newId: randomUUID,
    log,
    asyncApi: () => asyncApiDocument({ version: VERSION, migrationEventTypes: Object.keys(MIGRATION_EVENT_PERSONAL_DATA) }),
    simulatorAddress: () => simulatorUrl,
  };
}
