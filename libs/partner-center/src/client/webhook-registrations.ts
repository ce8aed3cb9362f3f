import { z } from 'zod';
import { AnsweredFailure } from '../failures/answered-failure.ts';
import type { Answer } from '../gateway.ts';
import type { PartnerCenterApi } from './partner-center-api.ts';

export interface WebhookRegistration {
  readonly url: string;
  readonly events: readonly string[];
}

export interface WebhookRegistrations {
  /** The one registration of the partner tenant, `null` when there is none (facts §3.1). */
  webhookRegistration(requestId: string): Promise<Answer<WebhookRegistration | null>>;
  saveWebhookRegistration(requestId: string, how: 'create' | 'replace', registration: WebhookRegistration): Promise<Answer<null>>;
}

const PATH = '/webhooks/v1/registration';
const shape = z.object({ webhookUrl: z.string().nullish(), webhookEvents: z.array(z.string()).nullish() });

export function createWebhookRegistrations(api: PartnerCenterApi): WebhookRegistrations {
  return {
    async webhookRegistration(requestId) {
      try {
        const { value, evidence } = await api.call({
          operation: 'read the webhook registration',
          callClass: 'webhook-registration',
          requestId,
          method: 'GET',
          path: PATH,
          answer: shape,
        });
        return { value: value.webhookUrl ? { url: value.webhookUrl, events: value.webhookEvents ?? [] } : null, evidence };
      } catch (failure) {
        if (failure instanceof AnsweredFailure && failure.kind === 'not-found') return { value: null, evidence: failure.evidence };
        throw failure;
      }
    },
    async saveWebhookRegistration(requestId, how, registration) {
      const { evidence } = await api.call({
        operation: `${how} the webhook registration`,
        callClass: 'webhook-registration',
        requestId,
        method: how === 'create' ? 'POST' : 'PUT',
        path: PATH,
        body: { WebhookUrl: registration.url, WebhookEvents: registration.events },
        answer: z.unknown(),
      });
      return { value: null, evidence };
    },
  };
}
