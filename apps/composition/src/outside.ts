import {
  type ListPrice,
  MICROSOFT_CERTIFICATE_ORIGINS,
  createPartnerCenterClient,
  createRateGovernor,
  createSmtpMailer,
  createWebhookVerifier,
  limitsOf,
} from '#partner-center';
import type { DataFolder } from '#engines/sqlite';
import type { Clock } from '#kernel';
import type { Configuration, PartnerCenterCredentials } from '#application';
import { keptRefreshToken } from './kept-refresh-token.ts';
import { trustRootOf } from './trust-root.ts';
import type { Undo } from './undo.ts';

/** Where the outside is: Partner Center and its neighbours, or their stand-in. */
export interface OutsideAddresses {
  readonly credentials: PartnerCenterCredentials;
  readonly mailUrl: string;
  /** Of the stand-in, where one is played: webhooks are signed by it, and it has a price list. */
  readonly simulatorUrl: string | null;
  readonly prices: readonly ListPrice[];
}

/** The ways to the outside. They speak its protocols, whoever answers. */
export async function openOutside(configuration: Configuration, addresses: OutsideAddresses, folder: DataFolder, clock: Clock, undo: Undo) {
  const { credentials, mailUrl, simulatorUrl, prices } = addresses;
  const refreshToken = await keptRefreshToken(folder, credentials.refreshToken);
  const gateway = createPartnerCenterClient({
    ...credentials,
    refreshToken: refreshToken.token,
    onRefreshToken: (newest) => refreshToken.keep(newest),
    partnerTenantId: configuration.partnerTenantId,
    ...(prices.length > 0 && { catalogSettings: { prices } }),
    clock,
    governor: createRateGovernor({ clock, limits: limitsOf(configuration.callsPerMinute) }),
  });
  const mailer = createSmtpMailer({ url: mailUrl, from: configuration.mailFrom, clock });
  undo.later(() => mailer.close());
  const webhookVerifier = createWebhookVerifier({
    trustRoots: await trustRootOf(configuration, simulatorUrl),
    allowedCertificateOrigins: simulatorUrl === null ? MICROSOFT_CERTIFICATE_ORIGINS : [simulatorUrl],
    clock,
  });
  return { gateway, mailer, webhookVerifier };
}

export type Outside = Awaited<ReturnType<typeof openOutside>>;
