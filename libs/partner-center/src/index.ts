export * from './gateway.ts';
export { createPartnerCenterClient, type PartnerCenterClient, type PartnerCenterClientOptions } from './client/create-client.ts';
export { SMALL_BUSINESS_POOLS, type CatalogSettings, type ListPrice } from './client/catalog-settings.ts';
export type { WebhookRegistration, WebhookRegistrations } from './client/webhook-registrations.ts';
export { createRateGovernor, type CallCounter, type LimitCounter, type RateGovernor, type RateGovernorOptions } from './rates/rate-governor.ts';
export { LIMITS_PER_RESOURCE, PUBLISHED_LIMITS, type CallClass, type RateLimit } from './rates/published-limits.ts';
