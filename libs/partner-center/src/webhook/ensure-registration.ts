import { derivedId } from '#kernel';
import type { Answer } from '../gateway.ts';
import type { WebhookRegistrations } from '../client/webhook-registrations.ts';

export interface EnsuredRegistration {
  readonly did: 'kept' | 'created' | 'replaced';
  readonly events: readonly string[];
  /** The address that stood there before, when it was another tool's. */
  readonly replacedUrl?: string;
}

/**
 * A partner tenant has exactly one registration, and any other tool on the tenant may overwrite it (facts §3.1):
 * call this at start and on a schedule. Events that others registered for are kept.
 */
export async function ensureWebhookRegistration(
  client: WebhookRegistrations,
  requestId: string,
  url: string,
  events: readonly string[],
): Promise<Answer<EnsuredRegistration>> {
  const { value: standing, evidence } = await client.webhookRegistration(requestId);
  const merged = [...new Set([...(standing?.events ?? []), ...events])];
  if (standing?.url === url && merged.length === new Set(standing.events).size) return { value: { did: 'kept', events: merged }, evidence };
  const saved = await client.saveWebhookRegistration(derivedId(requestId, 'save'), standing ? 'replace' : 'create', {
    url,
    events: merged,
  });
  return {
    value: {
      did: standing ? 'replaced' : 'created',
      events: merged,
      ...(standing && standing.url !== url ? { replacedUrl: standing.url } : {}),
    },
    evidence: saved.evidence,
  };
}
