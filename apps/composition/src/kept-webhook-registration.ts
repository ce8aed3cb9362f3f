import { randomUUID } from 'node:crypto';
import { type PartnerCenterClient, ensureWebhookRegistration } from '#partner-center';
import type { Configuration, ServiceLog } from '#application';

/** What acceptance looks like in Partner Center's own webhook (facts §3.5). */
const WEBHOOK_EVENTS = ['reseller-relationship-accepted-by-customer', 'subscription-updated'];
/** A partner tenant has one registration, and any other tool may overwrite it (facts §3.1): looked at this often. */
const LOOKS_EVERY_MS = 3_600_000;

interface KeptRegistration {
  readonly gateway: PartnerCenterClient;
  readonly url: string;
  readonly configuration: Configuration;
  readonly log: ServiceLog;
}

function reachable(url: string, configuration: Configuration): boolean {
  return configuration.partnerCenter === null || url.startsWith('https:') || configuration.clock.kind === 'driven';
}

/**
 * Has Partner Center tell this service of acceptances, and looks again on a schedule. Without it acceptances are still
 * found, within a day, by looking. A service that only listens on loopback cannot be told by the real one.
 */
export function keepWebhookRegistered({ gateway, url, configuration, log }: KeptRegistration): {
  readonly first: Promise<void>;
  stop(): void;
} {
  async function look(): Promise<void> {
    try {
      const { value } = await ensureWebhookRegistration(gateway, randomUUID(), url, WEBHOOK_EVENTS);
      if (value.replacedUrl)
        log.warn({ replacedUrl: value.replacedUrl }, 'the webhook registration was another address: it is this service now');
    } catch (error) {
      log.warn(
        { error: error instanceof Error ? error.message : String(error) },
        'the webhook could not be registered: acceptances are found by looking, within a day',
      );
    }
  }
  if (!reachable(url, configuration)) return { first: Promise.resolve(), stop: () => undefined };
  const timer = setInterval(() => void look(), LOOKS_EVERY_MS);
  return { first: look(), stop: () => clearInterval(timer) };
}
