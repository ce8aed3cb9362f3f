import type { Clock } from '#kernel';
import { LRUCache } from 'lru-cache';
import type { PartnerCenterGateway } from '../gateway.ts';
import type { HttpLimits } from '../http/exchange.ts';
import type { RateGovernor } from '../rates/rate-governor.ts';
import { createRefreshToken } from '../tokens/refresh-token.ts';
import { createTokenEndpoint } from '../tokens/token-endpoint.ts';
import { createTokenSource, type TokenSource } from '../tokens/token-source.ts';
import { createCarts } from './carts.ts';
import { createCatalog } from './catalog.ts';
import type { CatalogSettings } from './catalog-settings.ts';
import { createChannel } from './channel.ts';
import { readCurrentCatalogItem } from './current-catalog-item.ts';
import { createDirectory } from './directory.ts';
import { readSubscribedSkus, swapLicense } from './licenses.ts';
import { readOrder } from './orders.ts';
import { createPartnerCenterApi } from './partner-center-api.ts';
import { createInvitationLink, readRelationship } from './relationships.ts';
import { readSubscription } from './subscriptions.ts';
import { createWebhookRegistrations, type WebhookRegistrations } from './webhook-registrations.ts';

export interface PartnerCenterClientOptions {
  readonly partnerCenterUrl: string;
  readonly graphUrl: string;
  readonly loginUrl: string;
  readonly partnerTenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  /** Keeps the newest refresh token; called whenever one came, before it is relied on. */
  readonly onRefreshToken?: (newest: string) => void | Promise<void>;
  readonly clock: Clock;
  readonly governor: RateGovernor;
  /** Real milliseconds one HTTP exchange may take. Default 30,000. */
  readonly timeoutMs?: number;
  /** Default 32 MiB. */
  readonly maxBodyBytes?: number;
  readonly catalogSettings?: CatalogSettings;
  /** What tokens are asked for; other clouds differ (facts §1.1). */
  readonly partnerCenterResource?: string;
  readonly graphResource?: string;
  /** Which token endpoint serves the partner's own token. Default `v1`, the published one. */
  readonly partnerTokenVersion?: 'v1' | 'v2';
}

export type PartnerCenterClient = PartnerCenterGateway & WebhookRegistrations;

const MOST_CUSTOMER_TOKENS = 5_000;

/** The gateway over HTTP. One call makes each of its requests once (twice after a 401): who owns the to-do retries. */
export function createPartnerCenterClient(options: PartnerCenterClientOptions): PartnerCenterClient {
  const { clock, governor, partnerTenantId } = options;
  const limits: HttpLimits = { timeoutMs: options.timeoutMs ?? 30_000, maxBodyBytes: options.maxBodyBytes ?? 32 * 1024 * 1024 };
  const redeem = createTokenEndpoint({
    ...options,
    limits,
    refreshToken: createRefreshToken(options.refreshToken, options.onRefreshToken),
  });

  const partnerToken = createTokenSource(
    () =>
      redeem(
        partnerTenantId,
        {
          version: options.partnerTokenVersion ?? 'v1',
          resource: options.partnerCenterResource ?? 'https://api.partnercenter.microsoft.com',
        },
        'partner',
      ),
    clock,
  );
  const customerTokens = new LRUCache<string, TokenSource>({ max: MOST_CUSTOMER_TOKENS });
  const graphToken = (customer = partnerTenantId): TokenSource => {
    const held = customerTokens.get(customer);
    if (held) return held;
    const source = createTokenSource(
      () => redeem(customer, { version: 'v2', resource: options.graphResource ?? 'https://graph.microsoft.com' }, 'customer'),
      clock,
    );
    customerTokens.set(customer, source);
    return source;
  };

  const api = createPartnerCenterApi(
    createChannel({
      system: 'partner-center',
      tokens: () => partnerToken,
      headers: (requestId) => ({
        accept: 'application/json',
        'ms-requestid': requestId,
        'ms-correlationid': requestId,
        'x-locale': 'en-US',
        'ms-partnercenter-application': 'cutover',
      }),
      answerIdHeaders: ['ms-cv', 'ms-requestid'],
      governor,
      clock,
      limits,
    }),
    options.partnerCenterUrl,
  );
  const directory = createDirectory(
    createChannel({
      system: 'graph',
      tokens: graphToken,
      headers: (requestId) => ({ accept: 'application/json', 'client-request-id': requestId }),
      answerIdHeaders: ['request-id', 'client-request-id'],
      governor,
      clock,
      limits,
    }),
    options.graphUrl,
  );
  const carts = createCarts(api);

  return {
    ...directory,
    ...carts,
    ...createWebhookRegistrations(api),
    catalog: createCatalog(api, options.catalogSettings ?? {}, clock),
    currentCatalogItem: (requestId, country, catalogItem) =>
      readCurrentCatalogItem(api, options.catalogSettings ?? {}, requestId, country, catalogItem),
    invitationLink: createInvitationLink(api, clock),
    customerRelationship: (requestId, customer) => readRelationship(api, requestId, customer),
    order: (requestId, customer, orderId) => readOrder(api, requestId, customer, orderId),
    subscription: (requestId, customer, subscriptionId) => readSubscription(api, requestId, customer, subscriptionId),
    subscribedSkus: (requestId, customer) => readSubscribedSkus(api, requestId, customer),
    swapLicense: (requestId, customer, user, add, remove) => swapLicense(api, requestId, customer, user, add, remove),
  };
}
