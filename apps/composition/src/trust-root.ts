import { readFile } from 'node:fs/promises';
import type { Configuration } from '#application';
import { StartFault } from './start-fault.ts';

/** Whose signature under Partner Center's webhooks is believed: Microsoft's, a named authority's, or the stand-in's own. */
export async function trustRootOf(configuration: Configuration, simulatorUrl: string | null): Promise<string> {
  if (simulatorUrl !== null) return (await fetch(new URL('/control/webhook-ca.pem', simulatorUrl))).text();
  if (configuration.webhookTrustRoot === null) return 'microsoft';
  return readFile(configuration.webhookTrustRoot, 'utf8').catch(() => {
    throw new StartFault(
      `trust-root-unreadable: WEBHOOK_TRUST_ROOT names ${configuration.webhookTrustRoot}, which cannot be read. Name a PEM file, or unset it for Microsoft's roots.`,
    );
  });
}
